import { nearest } from "../../input/nearest";
import type { ContainerAddress, Operations, Sight } from "../../platforms/operations";
import type { Part } from "./parts";

export interface TargetChoice {
  /** Restricts the parts to those of one notary or node. */
  readonly node?: string | undefined;
  /** Restricts the parts to those on one host. */
  readonly host?: string | undefined;
}

/** A part that a person named, and which of its containers. */
export interface Target {
  readonly part: Part;
  /** The container that is meant: the part's own one, or another of its workload, such as `proxy`. */
  readonly container: ContainerAddress;
  /** The name that nobody else among the stack's parts has: `BEER`, or `east/BEER` if several nodes have the chain. */
  readonly title: string;
}

/**
 * Finds the parts that names mean: a chain's symbol, `iguana`, `agent`, `clients`, `witness`, or the name of a workload
 * such as `east-beer`. `east/BEER` means that of one node, and `BEER:proxy` another container of the same workload.
 *
 * The result is in the order of `parts`. Without names it is all that the choice leaves. Throws with every name that
 * means nothing.
 */
export function findTargets(
  names: readonly string[],
  parts: readonly Part[],
  choice: TargetChoice,
): Target[] {
  const choosable = chosen(parts, choice);
  if (names.length === 0) return choosable.map((part) => target(part, undefined, parts));
  const wanted = names.map((name) => ({ name, found: findOne(name, choosable) }));
  const unknown = wanted
    .filter(({ found }) => found.length === 0)
    .map(({ name }) => unknownName(name, choosable));
  if (unknown.length > 0) throw new Error(unknown.join("\n"));
  const found = wanted.flatMap((each) => each.found);
  const order = (one: Found) => choosable.indexOf(one.part);
  const sorted = [...found].sort((one, other) => order(one) - order(other));
  const keys = sorted.map(({ part, role }) => `${part.workload} ${part.host} ${role ?? part.role}`);
  return sorted
    .filter((_, index) => keys.indexOf(keys[index] ?? "") === index)
    .map(({ part, role }) => target(part, role, parts));
}

/**
 * Finds parts as findTargets does, and also what a network has beside its workloads, such as `east-gateway` and
 * `east-restarter`. These are in no plan, so the platforms are looked at if a name means none of the parts.
 */
export async function findAnywhere(
  names: readonly string[],
  parts: readonly Part[],
  choice: TargetChoice,
  operations: Pick<Operations, "look">,
): Promise<Target[]> {
  const choosable = chosen(parts, choice);
  if (names.every((name) => findOne(name, choosable).length > 0)) return findTargets(names, parts, choice);
  return findTargets(names, [...parts, ...besides(await operations.look(), parts)], choice);
}

/** What was seen of a stack and is none of its parts. */
function besides({ containers }: Sight, parts: readonly Part[]): Part[] {
  const nodes = [...new Set(parts.map(({ node }) => node))];
  return containers
    .filter(({ workload, role }) => role === undefined && !parts.some((part) => part.workload === workload))
    .map(({ host, workload }) => {
      const node = nodes.find((name) => workload.startsWith(`${name}-`)) ?? workload;
      return { node, label: workload, host, workload };
    });
}

/** Finds the one part that a name means. Throws if it means several. */
export function findTarget(name: string, parts: readonly Part[], choice: TargetChoice): Target {
  return onlyTarget(name, findTargets([name], parts, choice));
}

/** The only target that a name means. Throws if it means several. */
export function onlyTarget(name: string, targets: readonly Target[]): Target {
  const [target, ...others] = targets;
  if (target === undefined || others.length > 0)
    throw new Error(
      `${name} means several: ${targets.map(({ title }) => title).join(", ")}; name one of them`,
    );
  return target;
}

interface Found {
  readonly part: Part;
  readonly role?: string | undefined;
}

function chosen(parts: readonly Part[], { node, host }: TargetChoice): Part[] {
  const nodes = [...new Set(parts.map((part) => part.node))];
  if (node !== undefined && !nodes.includes(node))
    throw new Error(`the stack has no notary or node ${node}; it has ${nodes.join(", ")}`);
  const hosts = [...new Set(parts.map((part) => part.host))].sort();
  if (host !== undefined && !hosts.includes(host))
    throw new Error(`nothing of the stack is on a host ${host}; its hosts are ${hosts.join(", ")}`);
  return parts.filter(
    (part) => (node === undefined || part.node === node) && (host === undefined || part.host === host),
  );
}

function findOne(name: string, parts: readonly Part[]): Found[] {
  const [path = "", role] = name.split(":");
  const slash = path.lastIndexOf("/");
  const node = slash < 0 ? undefined : path.slice(0, slash);
  const label = path.slice(slash + 1);
  return parts
    .filter((part) => part.label === label || part.workload === label)
    .filter((part) => node === undefined || part.node === node)
    .map((part) => ({ part, role }));
}

function target(part: Part, role: string | undefined, parts: readonly Part[]): Target {
  const { host, workload } = part;
  const title = titleOf(part, parts);
  return {
    part,
    container: { host, workload, role: role ?? part.role },
    title: role === undefined ? title : `${title}:${role}`,
  };
}

/** The shortest name that means this part alone. */
export function titleOf(part: Part, parts: readonly Part[]): string {
  const sameLabel = parts.filter(({ label }) => label === part.label);
  if (sameLabel.length === 1) return part.label;
  const sameNode = sameLabel.filter(({ node }) => node === part.node);
  if (sameNode.length === 1) return `${part.node}/${part.label}`;
  // Every host may have one of the name.
  return part.workload === part.label ? `${part.workload} on ${part.host}` : part.workload;
}

function unknownName(name: string, parts: readonly Part[]): string {
  const labels = [...new Set(parts.map(({ label }) => label))];
  const [path = ""] = name.split(":");
  const near = nearest(path.slice(path.lastIndexOf("/") + 1), [
    ...labels,
    ...parts.map(({ workload }) => workload),
  ]);
  const hint = near === undefined ? `there are ${labels.join(", ")}` : `did you mean ${near}?`;
  return `nothing that runs is named ${name}; ${hint}`;
}
