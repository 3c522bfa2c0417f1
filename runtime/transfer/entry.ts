import { createHash } from "node:crypto";
import { isObject } from "../json";
import { TransferFailure } from "./failures";
import { INCOMING, isOurs } from "./marks";

/** One thing in a volume. */
export type Entry = FileEntry | DirectoryEntry | LinkEntry;

interface Named {
  /** Relative to the volume, with / between its parts. */
  readonly path: string;
}

export interface FileEntry extends Named {
  readonly type: "file";
  /** Bytes. */
  readonly size: number;
  /** Bytes that it takes on the disk; fewer than its size if it has holes. */
  readonly room: number;
  /** Permissions, such as 0o600. */
  readonly mode: number;
  /** When it was last written to, in milliseconds since 1970. */
  readonly mtime: number;
  /** Of its content, in hex. Only stated in the last pass. */
  readonly sha256?: string | undefined;
}

export interface DirectoryEntry extends Named {
  readonly type: "directory";
  readonly mode: number;
}

export interface LinkEntry extends Named {
  readonly type: "link";
  /** Within the volume: relative, or as the daemon sees it. */
  readonly target: string;
}

const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;
const LARGEST = Number.MAX_SAFE_INTEGER;

/** The parent's path; empty for what is in the volume itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/**
 * Reads what the other side says of an entry. Throws if it leads out of the volume, into what is ours, or is nothing that
 * a sender of this version says.
 * @param seenAt where the daemon finds the volume
 */
export function parseEntry(value: unknown, seenAt: string): Entry {
  const { path, type, size, room, mode, mtime, sha256, target } = isObject(value) ? value : {};
  if (typeof path !== "string" || !isInside(path)) throw refused(path);
  if (type === "link") {
    if (typeof target !== "string" || !staysInside(path, target, seenAt)) throw refused(path);
    return { path, type, target };
  }
  if (!isCount(mode) || mode > 0o777) throw refused(path);
  if (type === "directory") return { path, type, mode };
  if (type !== "file" || !isCount(size) || !isCount(room) || !Number.isSafeInteger(mtime))
    throw refused(path);
  if (typeof mtime !== "number" || !(sha256 === undefined || isSha256(sha256))) throw refused(path);
  return { path, type, size, room, mode, mtime, sha256 };
}

function refused(path: unknown): TransferFailure {
  return new TransferFailure(`The other side sent an entry that is not accepted: ${JSON.stringify(path)}.`);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= LARGEST;
}

export function isSha256(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** Whether a path names something below the volume that is not ours. */
export function isInside(path: string): boolean {
  const parts = path.split("/");
  return path.length <= LONGEST_PATH && parts.every(isName) && !isOurs(parts[0] ?? INCOMING);
}

function isName(part: string): boolean {
  return (
    part !== "" &&
    part !== "." &&
    part !== ".." &&
    !part.includes("\0") &&
    Buffer.byteLength(part) <= LONGEST_NAME
  );
}

/**
 * Whether a link at `path` leads to something in the volume.
 * @param seenAt where the daemon finds the volume, which an absolute link may name
 */
export function staysInside(path: string, target: string, seenAt: string): boolean {
  if (target === "" || target.includes("\0") || target.length > LONGEST_PATH) return false;
  if (target.startsWith(`${seenAt}/`)) return staysInside("link", target.slice(seenAt.length + 1), seenAt);
  if (target.startsWith("/")) return false;
  let depth = path.split("/").length - 1;
  for (const part of target.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return false;
  }
  return true;
}

/** The SHA-256 of all entries of a volume, in whatever order they come. Files need their own SHA-256. */
export function digestOf(entries: Iterable<Entry>): string {
  const lines = [...entries].map((entry) => JSON.stringify(lineOf(entry))).sort();
  const hash = createHash("sha256");
  for (const line of lines) hash.update(`${line}\n`);
  return hash.digest("hex");
}

function lineOf(entry: Entry): unknown[] {
  const { path, type } = entry;
  if (type === "link") return [path, type, entry.target];
  if (type === "directory") return [path, type, entry.mode];
  return [path, type, entry.mode, entry.size, entry.mtime, entry.sha256];
}
