import { createHash } from "node:crypto";
import { diffLines } from "diff";
import { Document, isPair, isScalar, visit } from "yaml";
import { runtimeFile } from "../../runtime/runtimeFile";
import type { RecordedResource } from "./recordGraph";

/** The chain whose resources are listed in full. All other chains are compared with it. */
const MODEL = { workload: "east-beer", symbol: "BEER" };

const CHAIN = "dokomodo:index:Assetchain";

/** Values of a list or map that stand on one line at most. Their number decides, so that long names change no layout. */
const LONGEST_LINE = 8;

const HEADING = `All resources of the development stack.
test/components/goldenText.ts says how to read this file and how to renew it.
`;

/** Names of the files of runtime/ by their text. An edit of such a file is reviewed there. */
const RUNTIME_FILES = new Map<unknown, string>(
  (["agent.cjs", "entrypoint.sh", "filter.cjs", "pause.sh", "restarter.cjs", "witness.cjs"] as const).map(
    (name) => [runtimeFile(name), `runtime/${name}`],
  ),
);

/**
 * A graph for people to review. First comes a tree of all resources, with a line for each:
 *
 * ```
 * docker:Container east-beer | provider local | replaceOnChanges healthcheck | inputs 1b923361
 *   from east-beer-data, east-beer-pause, east-beer-rpcpassword
 * ```
 *
 * The line has every option that is set, and a digest of the inputs. `from` names the resources that inputs come from, as
 * the SDK tells the engine. `after` names those that the resource only waits for. A name that several resources have
 * stands there with its kind.
 *
 * Then come the inputs, because digests alone would not tell a reviewer what changed. They are listed in full for one
 * chain, BEER, and for everything that no chain owns, such as Iguana's pod, a witness or a gateway. A resource of another
 * chain is compared with BEER's, after BEER's names were replaced by its own: `-` is what only BEER has, `+` what only
 * this chain has, and the line before says where. So a change that all chains share is listed once, and a change of one
 * chain is listed at that chain.
 *
 * The digests say which resources a change reaches. A digest that changes while nothing is listed at its chain belongs to
 * a chain that changed as BEER did. Digests also catch what a comparison of lines cannot show, such as a line that moved.
 *
 * Secrets are masked, and a file of runtime/ stands there by its name.
 *
 * `npx vitest run --project unit test/components -u` writes the files anew.
 */
export function goldenText(graph: readonly RecordedResource[]): string {
  const ordered = inTree(graph, "pulumi:pulumi:Stack", "dokomodo-test", 0);
  if (ordered.length !== graph.length)
    throw new Error("a resource has a parent that the graph does not have");
  const tree = ordered.flatMap(({ resource, depth }) =>
    linesOf(resource, graph).map((line) => `${"  ".repeat(depth)}${line}\n`),
  );
  const inputs = ordered.flatMap(({ resource }) => inputsOf(resource, graph));
  return [HEADING, tree.join(""), ...inputs].join("\n");
}

/** The resources below a parent, each before its own children. */
function inTree(
  graph: readonly RecordedResource[],
  parentType: string,
  parent: string,
  depth: number,
): { resource: RecordedResource; depth: number }[] {
  return graph
    .filter((resource) => resource.parentType === parentType && resource.parent === parent)
    .flatMap((resource) => [{ resource, depth }, ...inTree(graph, resource.type, resource.name, depth + 1)]);
}

/** Those of the tree: the resource itself, and what it depends on. */
function linesOf(resource: RecordedResource, graph: readonly RecordedResource[]): string[] {
  const { type, name, parent, parentType, from = [], after = [], inputs, ...options } = resource;
  const set = Object.entries(options).map(([option, value]) =>
    [option, ...(value === true ? [] : [[value].flat().join(", ")])].join(" "),
  );
  const digest = createHash("sha256")
    .update(JSON.stringify(withoutRuntimeFiles(inputs)))
    .digest("hex");
  const shown = isEmpty(inputs) ? [] : [`inputs ${digest.slice(0, 8)}`];
  const dependencies = Object.entries({ from, after }).filter(([, identities]) => identities.length > 0);
  return [
    [title(resource), ...set, ...shown].join(" | "),
    ...dependencies.map(([what, identities]) => {
      const names = identities.map((each) => dependency(each, graph)).sort();
      return `  ${what} ${names.join(", ")}`;
    }),
  ];
}

/** Such as `docker:Container east-beer` or `kubernetes:apps/v1:StatefulSet east-beer`. */
function title({ type, name }: RecordedResource): string {
  return `${type.replace(/:index(\/\w+)?:/, ":")} ${name}`;
}

function dependency(identity: string, graph: readonly RecordedResource[]): string {
  const [type = "", name = ""] = identity.split(" ");
  const namesakes = graph.filter((resource) => resource.name === name);
  return namesakes.length === 1 ? name : `${type.split(":").at(-1)} ${name}`;
}

function inputsOf(resource: RecordedResource, graph: readonly RecordedResource[]): string[] {
  if (isEmpty(resource.inputs)) return [];
  const model = modelOf(resource, graph);
  const own = listing(resource.inputs);
  if (model === undefined) return [`== ${title(resource)}\n${own}`];
  const expected = listing(model.inputs)
    .replaceAll(MODEL.workload, resource.parent)
    .replaceAll(MODEL.symbol, symbolOf(resource.parent));
  const heading = `== ${title(resource)} as ${model.name}`;
  return [own === expected ? `${heading}\n` : `${heading}, but\n${difference(expected, own)}`];
}

/** The model chain's resource that another chain's is compared with, such as `east-beer-proxy` for `east-kmd-proxy`. */
function modelOf(
  { type, name, parent, parentType }: RecordedResource,
  graph: readonly RecordedResource[],
): RecordedResource | undefined {
  if (parentType !== CHAIN || parent === MODEL.workload) return undefined;
  const ofModel = name.replace(parent, MODEL.workload);
  return graph.find((one) => one.type === type && one.name === ofModel && one.parent === MODEL.workload);
}

/** `KMD` of `east-kmd`. */
function symbolOf(workload: string): string {
  return workload.slice(workload.indexOf("-") + 1).toUpperCase();
}

/** Inputs as YAML, with short lists and maps of plain values on one line. */
function listing(inputs: RecordedResource["inputs"]): string {
  const document = new Document(withoutRuntimeFiles(inputs), parsedJson, { aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node) {
      const values = node.items.map((item) => (isPair(item) ? item.value : item));
      node.flow = values.length <= LONGEST_LINE && values.every(isOneLine);
    },
  });
  return document.toString({ lineWidth: 0 });
}

function isOneLine(node: unknown): boolean {
  return isScalar(node) && !String(node.value).includes("\n");
}

function withoutRuntimeFiles(inputs: RecordedResource["inputs"]): unknown {
  return JSON.parse(JSON.stringify(inputs, (_, value: unknown) => RUNTIME_FILES.get(value) ?? value));
}

/** A file of JSON, such as the agent's plan, is one long line of its own. */
function parsedJson(_key: unknown, value: unknown): unknown {
  return typeof value === "string" && value.startsWith('{"') ? { "as JSON": JSON.parse(value) } : value;
}

function isEmpty(inputs: RecordedResource["inputs"]): boolean {
  return Object.keys(inputs).length === 0;
}

/** The changed lines, each group after the line before it. */
function difference(expected: string, own: string): string {
  return diffLines(expected, own)
    .flatMap(({ value, added, removed }, index, parts) => {
      const lines = value.replace(/\n$/, "").split("\n");
      if (added) return lines.map((line) => `+ ${line}`);
      if (removed) return lines.map((line) => `- ${line}`);
      const before = lines.findLast((line) => line !== "");
      return index === parts.length - 1 || before === undefined ? [] : [`  ${before}`];
    })
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}
