import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import { type ChainList, loadChainList } from "../chains/list/chainList";
import { holdsCredential } from "../chains/ownFlags";
import type { Problem } from "../input/problem";
import { checkShape } from "../input/shape";
import { isRecord, YamlSource } from "../input/source";
import { networkPlan } from "../notary/networkPlan";
import type { Node } from "../notary/types";
import { Shares } from "../platforms/Shares";
import type { Context, Report, StatedNode } from "./context";
import { type LoadedNetworks, loadNetworks } from "./dpowNetworks";
import { resolveNode } from "./resolve/nodes";
import { resolveNotary } from "./resolve/notaries";
import { resolveRegistries } from "./resolve/registries";
import { RULES } from "./rules";
import { configSchema, type StackSettings } from "./schema/stack";
import { isSecretPath, PASSPHRASES, type Secrets, secretsOf, withoutSecrets } from "./secrets";
import type { Stack } from "./stack";

export type Loaded =
  | { readonly ok: true; readonly value: Stack }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface StackInput {
  /** Folder of the project. */
  readonly directory: string;
  readonly stackName: string;
  /**
   * The whole config of the stack as Pulumi hands it to the program: decrypted, keyed by full key, objects as JSON
   * (docs/internals/pulumi.md, config as the program gets it).
   */
  readonly values: Readonly<Record<string, string>>;
  /** Whether other texts stand for the secrets, so that no key can be told from them. */
  readonly hasStandIns?: boolean | undefined;
  /** Texts that count instead of those of files of the project, keyed by the file's path in the project's folder. */
  readonly texts?: Texts | undefined;
}

/** Texts of files, keyed by their paths in the project's folder. */
export type Texts = Readonly<Record<string, string>>;

/** Reads the stack's config and the list of chains. Returns what to deploy, or all that is wrong in the two. */
export function loadStack(input: StackInput): Loaded {
  const { source, hasPositions, problems: syntax } = configSource(input);
  if (source === undefined) return { ok: false, problems: syntax };
  const { file: name } = source;
  const keys = Object.keys(Object(source.at(["config"])));
  const shaped = checkShape(source, configSchema(keys), {
    at: ["config"],
    isSecret: (path) => isSecretPath(path.slice(1)) || holdsCredential(source.at(path)),
  });
  const { value: settings } = shaped;
  const problems: Problem[] = [...syntax, ...shaped.problems];
  const list = readChainList(input, settings?.chainListFile ?? "assetchains.yaml");
  problems.push(...list.problems);
  const secrets: Secrets = { ...secretsOf(input.values), areStandIns: input.hasStandIns === true };
  if (settings === undefined || list.chainList === undefined) return failed(problems);
  const { networks: dpowNetworks, problems: networkProblems } = readNetworks(input, settings);
  problems.push(...networkProblems);
  if (dpowNetworks === undefined) return failed(problems);
  const shares = new Shares(settings.hosts, settings.platforms);
  const context: Context = {
    settings,
    shares,
    chainList: list.chainList,
    dpowNetworks,
    secrets,
    readFile: (file) => readProjectFile(input, file),
    at: (path) => source.position(["config", ...path], "value"),
  };
  const notaries = stated("dokomodo:notaries", settings.notaries, resolveNotary);
  const nodes = stated("dokomodo:nodes", settings.nodes, resolveNode);
  problems.push(...RULES.flatMap((rule) => rule({ ...context, notaries, nodes: [...notaries, ...nodes] })));
  if (problems.length > 0) return failed(problems);
  return {
    ok: true,
    value: {
      ...settings,
      shares,
      files: [
        settings.chainListFile,
        ...(settings.notaries.some(({ network }) => network !== undefined) ? [settings.networksFile] : []),
      ],
      registries: resolveRegistries(settings, secrets),
      notaries: notaries.map(({ node }) => node),
      nodes: nodes.map(({ node }) => node),
    },
  };

  function stated<Entry, T extends Node>(
    key: string,
    entries: readonly Entry[],
    resolve: (context: Context, entry: Entry, report: Report) => T,
  ): StatedNode<T>[] {
    return entries.map((entry, index) => {
      const path = [key, index];
      const node = resolve(context, entry, (message, ...inner) =>
        problems.push({ message, position: context.at([...path, ...inner]) }),
      );
      return { node, path, network: networkPlan(node, (host) => shares.segmentOf(host)) };
    });
  }

  function failed(found: readonly Problem[]): Loaded {
    return { ok: false, problems: hasPositions ? found : found.map((each) => withoutPosition(each, name)) };
  }
}

interface ConfigSource {
  readonly source?: YamlSource | undefined;
  readonly hasPositions: boolean;
  readonly problems: readonly Problem[];
}

/**
 * The values are always those that Pulumi hands over. The stack's file gives the positions if it has the same values.
 * It may have others, or not exist, if the config comes from elsewhere (`--config-file`, the Automation API).
 */
function configSource({ directory, stackName, values, texts }: StackInput): ConfigSource {
  const config = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, plainValue(key, value)]),
  );
  const file = `Pulumi.${stackName}.yaml`;
  const text = readProjectFile({ directory, texts }, file);
  if (text !== undefined) {
    const { source, problems } = YamlSource.parse(file, text);
    const inFile = source?.at(["config"]);
    if (
      source !== undefined &&
      isRecord(inFile) &&
      isDeepStrictEqual(comparable(inFile), comparable(config))
    ) {
      return { source, hasPositions: true, problems };
    }
  }
  return { ...YamlSource.parse("the stack's config", stringify({ config })), hasPositions: false };
}

/** Pulumi hands objects, lists, numbers and booleans over as JSON, and strings as they are. */
function plainValue(key: string, text: string): unknown {
  try {
    return withoutSecrets(key, JSON.parse(text));
  } catch {
    return key === PASSPHRASES ? {} : text;
  }
}

/**
 * The part of a config by which two sources are compared: the keys that this program reads, without the secrets, which
 * only one of the two has in clear.
 */
function comparable(config: Readonly<Record<string, unknown>>): unknown {
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith("dokomodo:") && key !== PASSPHRASES)
    .map(([key, value]): [string, unknown] => [key, withoutSecrets(key, value)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(own)));
}

type Project = Pick<StackInput, "directory" | "texts">;

/** The text of a file of the project; undefined if it cannot be read. */
function readProjectFile({ directory, texts }: Project, file: string): string | undefined {
  try {
    return texts?.[file] ?? readFileSync(resolve(directory, file), "utf8");
  } catch {
    return undefined;
  }
}

function readChainList(
  project: Project,
  file: string,
): { chainList?: ChainList | undefined; problems: readonly Problem[] } {
  const text = readProjectFile(project, file);
  if (text === undefined) {
    return {
      problems: [
        {
          message: `dokomodo:registry names ${file}, which cannot be read in the project's folder; name the file of the list of chains`,
        },
      ],
    };
  }
  return loadChainList(file, text);
}

/** Reads the file of dPoW networks if a notary names one, because that takes time in each preview. */
function readNetworks(project: Project, { notaries, networksFile }: StackSettings): LoadedNetworks {
  if (notaries.every(({ network }) => network === undefined)) return { networks: {}, problems: [] };
  const text = readProjectFile(project, networksFile);
  if (text !== undefined) return loadNetworks(networksFile, text);
  const message = `dokomodo:networks names ${networksFile}, which cannot be read in the project's folder; name a file of dPoW networks, such as a copy of dokomodo's notary/networks/season8.yaml`;
  return { problems: [{ message }] };
}

function withoutPosition(problem: Problem, file: string): Problem {
  return problem.position?.file === file ? { message: `${file}: ${problem.message}` } : problem;
}
