import { BACKUP, EXTERNAL, PASSPHRASES } from "../../config/secrets";
import { isRecord, type Path } from "../../input/source";
import { PLATFORMS } from "../../platforms";
import { HOSTS, NODES, NOTARIES } from "../edit/stackFiles";
import type { DrilledNode } from "./plan";

/** The config of a stack, keyed by full key, as its file has it. Secrets are `{ secure: … }`. */
export type StatedConfig = Readonly<Record<string, unknown>>;

export interface DrilledStack {
  /** The name of the stack that is drilled. */
  readonly of: string;
  readonly nodes: readonly DrilledNode[];
  /** Names of the hosts that it knows. */
  readonly hosts: ReadonlySet<string>;
  /** The keys of its notaries and nodes, keyed by name. */
  readonly keys: Readonly<Record<string, { readonly publicKey?: string | undefined }>>;
}

/** Keys that say something of notaries, keys or changes only. */
const LEFT_OUT: readonly string[] = [NOTARIES, PASSPHRASES, EXTERNAL, "dokomodo:rollOut"];

/**
 * The config of the throw-away stack of a drill. It has the stack's daemons, images and access to the store, and no notary, no
 * key and no client. Throws with what to do if a platform allows no second stack.
 */
export function drillConfig(config: StatedConfig, { of, nodes, hosts, keys }: DrilledStack): StatedConfig {
  const listed = config[HOSTS];
  const own = (Array.isArray(listed) ? listed : []).filter(
    (host) => isRecord(host) && hosts.has(String(host["name"])),
  );
  const symbols = nodes.flatMap(({ chains }) => chains.map(({ symbol }) => symbol));
  const usual = config["dokomodo:platform"] ?? PLATFORMS[0]?.name;
  const platforms = new Set(own.map(({ platform = usual }) => platform));
  const settings = PLATFORMS.filter(({ name }) => platforms.has(name)).reduce(
    (sum, { besides }) => besides(sum, { of, suffix: "drill", symbols }),
    config,
  );
  const backup = config[BACKUP];
  return {
    ...Object.fromEntries(Object.entries(settings).filter(([key]) => !LEFT_OUT.includes(key))),
    [HOSTS]: own,
    [BACKUP]: { ...(isRecord(backup) ? backup : {}), every: "none", from: givenTo(nodes, keys) },
    [NODES]: nodes.map(({ name, host, portOffset, chains }) => {
      return { name, host, portOffset, chains: chains.map(({ symbol }) => symbol) };
    }),
  };
}

function givenTo(nodes: readonly DrilledNode[], keys: DrilledStack["keys"]) {
  const entries = nodes.map(({ name, node }) => {
    const publicKey = keys[node]?.publicKey;
    return [name, publicKey === undefined ? { node } : { node, publicKey }];
  });
  return Object.fromEntries(entries);
}

/** The paths of all secrets in a config. */
export function secretPaths(value: unknown, path: Path = []): Path[] {
  if (isRecord(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1)
    return [path];
  const inner: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(isRecord(value) ? value : {});
  return inner.flatMap(([key, each]) => secretPaths(each, [...path, key]));
}

/** A path as `pulumi config set --path` takes it: `dokomodo:registries[0].password`. */
export function pulumiPath([key, ...path]: Path): string {
  return `${key}${path.map((part) => `[${JSON.stringify(part)}]`).join("")}`;
}

/** The value at a path; undefined if there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => Object(inner)[part], value);
}
