import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { isObject } from "../json";
import { type Entry, Refused } from "./archiveRules";
import { sizeOf } from "./Disk";
import type { Run } from "./run";

/** The content of an entry. Whoever gets it has to read all of it, or to let it pass. */
export interface Content extends AsyncIterable<unknown> {
  resume(): unknown;
}

const CHUNK_BYTES = 1024 * 1024;
const BLOCK_BYTES = 512;

/**
 * Reads an archive once, from its first byte to its last. `visit` has to read or to resume each entry's content. The
 * result is the SHA-256 of what was read. Throws Refused where it is no archive, or a damaged one.
 */
export async function readArchive(
  path: string,
  what: string,
  run: Run,
  visit: (entry: Entry, content: Content) => Promise<void>,
): Promise<string> {
  const total = await sizeOf(path);
  const hash = createHash("sha256");
  const entries = extract();
  let tail = Buffer.alloc(0);
  let visitFailure: unknown;

  entries.on("entry", ({ name, size = 0, type, pax }, content, next) => {
    // GNU tar describes a file with holes in such keys. Its content is not what the file has.
    const isSparse = isObject(pax) && Object.keys(pax).some((key) => key.startsWith("GNU.sparse"));
    // A stream that was destroyed tells it once more, after everybody has stopped listening.
    content.on("error", () => undefined);
    visit({ name, size, type: isSparse ? "a file with holes" : (type ?? "something unknown") }, content).then(
      () => next(),
      (error: unknown) => {
        // Where the archive itself is at fault, the pipeline says so.
        if (!entries.destroying) visitFailure = error;
        next(new Error("the entry could not be used"));
      },
    );
  });
  entries.on("error", () => undefined);
  async function* hashed(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    let done = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      done += chunk.length;
      run.reporter.progress({ what, done, total });
      yield chunk;
    }
  }
  async function* watched(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const chunk of chunks) {
      tail = Buffer.concat([tail, chunk.subarray(-BLOCK_BYTES)]).subarray(-BLOCK_BYTES);
      yield chunk;
    }
  }

  const unzip = (await hasGzip(path)) ? createGunzip() : new PassThrough();
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    await pipeline(file, hashed, unzip, watched, entries, { signal: run.signal });
  } catch (error) {
    if (visitFailure !== undefined) throw visitFailure;
    // The disk failed, which says nothing of the archive.
    if (run.signal.aborted || (error instanceof Error && "syscall" in error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refused(`is no tar archive, or a damaged one (${reason})`);
  }
  // The parser takes an archive that ends between two entries for a whole one.
  if (tail.length < BLOCK_BYTES || tail.some((byte) => byte !== 0))
    throw new Refused("is cut off: the end of the tar archive is missing");
  return hash.digest("hex");
}

/** Whether a file begins as gzip does (RFC 1952, 2.3.1). */
async function hasGzip(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await file.close();
  }
}
