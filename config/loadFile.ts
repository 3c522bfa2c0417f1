import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord, YamlSource } from "../input/source";
import { type Loaded, loadStack, type Texts } from "./load";

export interface StackFileInput {
  /** Folder of the project. */
  readonly directory: string;
  /** The stack's name. Its file is Pulumi.<name>.yaml. */
  readonly stackName: string;
  /** Texts that count instead of those of files of the project, keyed by the file's path in the project's folder. */
  readonly texts?: Texts | undefined;
}

/**
 * Reads a stack from its files alone, without Pulumi and so without its secrets. Other texts stand for the secrets:
 * everything that follows from a passphrase, such as a public key, means nothing in the result.
 *
 * @example
 * ```ts
 * const loaded = loadStackFile({ directory: ".", stackName: "east" });
 * if (!loaded.ok) throw new ProblemsError(loaded.problems);
 * ```
 */
export function loadStackFile({ directory, stackName, texts }: StackFileInput): Loaded {
  const file = `Pulumi.${stackName}.yaml`;
  const { source, problems } = YamlSource.parse(
    file,
    texts?.[file] ?? readFileSync(join(directory, file), "utf8"),
  );
  if (source === undefined) return { ok: false, problems };
  const config = source.at(["config"]);
  const values = Object.entries(isRecord(config) ? config : {}).map(([key, value]): [string, string] => [
    key,
    asPulumiHandsOver(withStandIns(value, key)),
  ]);
  return loadStack({ directory, stackName, texts, values: Object.fromEntries(values), hasStandIns: true });
}

/** Strings are handed over as they are, and everything else as JSON (docs/internals/pulumi.md, config as the program gets it). */
function asPulumiHandsOver(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * The value with a text in the place of each encrypted one. The text is its path, so no two are the same. It has no space,
 * because an RPC password may have none.
 */
function withStandIns(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((each, index) => withStandIns(each, `${path}[${index}]`));
  if (!isRecord(value)) return value;
  const { secure, ...others } = value;
  if (typeof secure === "string" && Object.keys(others).length === 0) return `stand-in-for-${path}`;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withStandIns(each, `${path}.${key}`)]),
  );
}
