import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { type Entry, type FileEntry, staysInside } from "./entry";
import { failureAt, TransferFailure } from "./failures";
import { isOurs } from "./marks";
import type { TransferPlan } from "./plan";

const CHUNK = 2 ** 18;

/** What both plans say of their volumes. */
export type Volume = Pick<TransferPlan, "directory" | "called" | "seenAt">;

/**
 * Walks a volume: each directory before what is in it, without what is ours. Sockets and pipes are left out, because they
 * mean nothing elsewhere.
 */
export async function* walk({ directory, called, seenAt }: Volume): AsyncGenerator<Entry> {
  const ahead = [""];
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    for (const name of await namesIn(directory, at, called)) {
      if (at === "" && isOurs(name)) continue;
      const path = at === "" ? name : `${at}/${name}`;
      const entry = await look({ directory, called, seenAt }, path);
      if (entry === undefined) continue;
      if (entry.type === "directory") ahead.push(path);
      yield entry;
    }
  }
}

async function namesIn(directory: string, at: string, called: string): Promise<string[]> {
  let names: Buffer[];
  try {
    names = await readdir(join(directory, at), { encoding: "buffer" });
  } catch (error) {
    if (isGone(error)) return [];
    throw failureAt(error, at, called);
  }
  return names
    .map((bytes) => {
      const name = bytes.toString();
      if (Buffer.from(name).equals(bytes)) return name;
      throw new TransferFailure(
        `A name in ${JSON.stringify(at)} of ${called} is not UTF-8 (its bytes are ${bytes.toString("hex")}). Rename or remove it, then try again.`,
      );
    })
    .sort();
}

/** What is at a path; undefined if it is gone, or is a socket or a pipe. Throws on what cannot be copied. */
export async function look({ directory, called, seenAt }: Volume, path: string): Promise<Entry | undefined> {
  try {
    const found = await lstat(join(directory, path));
    const mode = found.mode & 0o777;
    if (found.isDirectory()) return { path, type: "directory", mode };
    if (found.isSymbolicLink()) return linkAt(path, await readlink(join(directory, path)), called, seenAt);
    if (found.isFile()) return fileEntry(path, found);
    if (found.isSocket() || found.isFIFO()) return undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw failureAt(error, path, called);
  }
  throw new TransferFailure(
    `${JSON.stringify(path)} in ${called} is a device, which is not copied. Remove it.`,
  );
}

function linkAt(path: string, target: string, called: string, seenAt: string): Entry {
  if (staysInside(path, target, seenAt)) return { path, type: "link", target };
  throw new TransferFailure(
    `${JSON.stringify(path)} in ${called} is a link to ${JSON.stringify(target)}, which is not in that volume. ` +
      "Put the data in its place, then try again.",
  );
}

export function fileEntry(
  path: string,
  { size, blocks, mode, mtimeMs }: { size: number; blocks: number; mode: number; mtimeMs: number },
): FileEntry {
  const room = Math.min(size, blocks * 512);
  return { path, type: "file", size, room, mode: mode & 0o777, mtime: Math.round(mtimeMs) };
}

/** Whether there is nothing at a path any more. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/** Reads the first `size` bytes of a file in order, or what there is of them. Links are not followed. */
export async function* contentOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Opens a file of a volume for reading. A link is refused. */
export function openFile(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
}

const HOLE = 4096;

/** Writes bytes at a position. Zeros become a hole, so that a file does not grow by being copied. */
export async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<number> {
  if (bytes.length >= HOLE && bytes.equals(Buffer.alloc(bytes.length))) return bytes.length;
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
  return bytes.length;
}

/** The SHA-256 of a file's content. */
export async function sha256Of(path: string, size: number): Promise<string> {
  const file = await openFile(path);
  try {
    const hash = createHash("sha256");
    for await (const chunk of contentOf(file, size)) hash.update(chunk);
    return hash.digest("hex");
  } finally {
    await file.close();
  }
}
