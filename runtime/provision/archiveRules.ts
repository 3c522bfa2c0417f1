import { posix } from "node:path";

/** The archive is one that we do not take. Trying again does not help. The message goes on "The archive …". */
export class Refused extends Error {}

/** An entry of an archive. */
export interface Entry {
  readonly name: string;
  /** Bytes of its content. */
  readonly size: number;
  /** `file`, `directory`, or something that is refused. */
  readonly type: string;
}

/** What is taken of an archive. */
export interface Chosen {
  /** By the place in the archive: the path below the data directory. */
  readonly files: ReadonlyMap<number, string>;
  /** Bytes that the files need on the disk. */
  readonly bytes: number;
  /** The names in the data directory, `blocks` as the last. */
  readonly parts: readonly string[];
}

/**
 * The directories of a chain's data. komodod has blocks, chainstate and notarisations (KomodoPlatform/komodo 0adeeabd,
 * src/main.cpp:6059, src/txdb.cpp:65 and 220, src/notarisationdb.cpp:15). Bitcoin's family has its transaction index in
 * indexes/ (bitcoin/bitcoin, src/index/txindex.cpp). komodod's database/ is not among them: it is the wallet's log
 * (src/wallet/db.cpp:100). Public bootstraps have blocks and chainstate at least (Oink70/Bootstrap, bootstrap).
 */
const DIRECTORIES = ["blocks", "chainstate", "indexes", "notarisations"];

/**
 * The files of komodod's state: komodoevents (KomodoPlatform/komodo 0adeeabd, src/komodo.h:36), which was komodostate
 * before, each with an index (src/komodo_gateway.cpp:464), signedmasks (src/komodo.cpp:589), minerids (src/init.cpp:671),
 * and realtime of older daemons (222e1300, src/komodo_gateway.h:1539). The page common-runtime-parameters of
 * KomodoPlatform/developer-docs has a shorter list of what a chain's data is.
 */
const FILES = [
  "komodoevents",
  "komodoevents.ind",
  "komodostate",
  "komodostate.ind",
  "minerids",
  "realtime",
  "signedmasks",
];

/** The names in a data directory that a chain's data is in. */
export const DATA_NAMES: readonly string[] = [...DIRECTORIES, ...FILES];

/** The disk gives files whole blocks. */
const DISK_BLOCK_BYTES = 4096;

/**
 * Checks the whole list of an archive, and chooses what is taken. Throws Refused where it has anything that has no
 * place in a bootstrap, because such an archive was not made with care.
 */
export function chooseEntries(entries: readonly Entry[]): Chosen {
  const paths = entries.map((entry) => safePath(entry));
  const root = dataRoot(paths);
  const files = new Map<number, string>();
  const taken = new Set<string>();
  let bytes = 0;
  for (const [i, { size, type, name }] of entries.entries()) {
    const path = paths[i]?.slice(root.length) ?? [];
    const isBelowRoot = root.every((segment, k) => paths[i]?.[k] === segment);
    if (type !== "file" || !isBelowRoot || !isData(path)) continue;
    const place = path.join("/");
    if (taken.has(place)) throw new Refused(`has ${quoted(name)} twice`);
    taken.add(place);
    files.set(i, place);
    bytes += Math.ceil(size / DISK_BLOCK_BYTES) * DISK_BLOCK_BYTES;
  }
  const parts = new Set([...taken].map((place) => place.split("/", 1)[0] ?? ""));
  if (!parts.delete("blocks")) throw new Refused("has no files in blocks/, so it is no bootstrap of a chain");
  return { files, bytes, parts: [...[...parts].sort(), "blocks"] };
}

/** The segments of an entry's path. Throws Refused where it leads elsewhere, or is of a wallet, a conf, a link. */
function safePath({ name, type }: Entry): readonly string[] {
  if (type !== "file" && type !== "directory")
    throw new Refused(`has ${quoted(name)}, which is neither a file nor a directory (${type})`);
  if (name.startsWith("/")) throw new Refused(`has the absolute path ${quoted(name)}`);
  if (/\p{Cc}/u.test(name)) throw new Refused(`has ${quoted(name)}, a name with control characters`);
  const segments = name.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes(".."))
    throw new Refused(`has ${quoted(name)}, a path that climbs out of the archive`);
  const names = segments.map((segment) => segment.toLowerCase());
  const last = names.at(-1) ?? "";
  if (last === "wallet.dat" || names.includes("wallets"))
    throw new Refused(`has ${quoted(name)}, a wallet. Whoever made it gave away keys, or wants yours`);
  if (posix.extname(last) === ".conf") throw new Refused(`has ${quoted(name)}, a daemon's conf`);
  return segments;
}

/** The directory that `blocks` is in. */
function dataRoot(paths: readonly (readonly string[])[]): readonly string[] {
  const roots = new Map<string, readonly string[]>();
  for (const path of paths) {
    const at = path.indexOf("blocks");
    if (at < 0) continue;
    const root = path.slice(0, at);
    roots.set(root.join("/"), root);
  }
  const [root, ...others] = roots.values();
  if (root === undefined) throw new Refused("has no blocks/, so it is no bootstrap of a chain");
  if (others.length > 0)
    throw new Refused(`has more than one blocks/ (below ${[...roots.keys()].map(quoted).join(" and ")})`);
  return root;
}

function isData(path: readonly string[]): boolean {
  const [first = ""] = path;
  return path.length > 1 ? DIRECTORIES.includes(first) : FILES.includes(first);
}

/** A name out of an archive may be anything. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
