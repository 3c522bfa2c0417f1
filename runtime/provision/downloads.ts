import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isObject, parseJson } from "../json";
import { orUndefined, textOf } from "./Disk";
import { FileLock } from "./FileLock";
import { DiskFull, messageOf } from "./failures";
import { fetchFile, NotFetched, sourcesOf } from "./fetchFile";
import type { DownloadFile, DownloadsPlan } from "./plan";
import type { Run } from "./run";

/** Everyone may read them, and nobody changes them. */
const FILE_MODE = 0o444;

/**
 * Brings each file that is not there yet. The result is what failed, one message per file, and then how people bring
 * what could not be fetched.
 */
export async function provideDownloads(downloads: DownloadsPlan, run: Run): Promise<readonly string[]> {
  const failed: string[] = [];
  let isUnfetched = false;
  for (const file of downloads.files) {
    try {
      await provideFile(file, downloads, run);
    } catch (error) {
      if (run.signal.aborted) throw error;
      failed.push(failureText(file, error, downloads));
      isUnfetched ||= error instanceof NotFetched;
    }
  }
  return isUnfetched ? [...failed, downloads.byHand] : failed;
}

async function provideFile(file: DownloadFile, downloads: DownloadsPlan, run: Run): Promise<void> {
  const path = join(downloads.directory, file.sha256);
  if (await isMarked(path, file)) return;
  await FileLock.hold(path, file.name, run, async () => {
    // Whoever held the lock before may have brought it.
    if (await isVerified(path, file, downloads, run)) return;
    const sources = sourcesOf(file.name, downloads.from, downloads.mirror, file.sources);
    await fetchFile(path, path, FILE_MODE, { what: file.name, ...file }, sources, run);
    await mark(path, run);
  });
}

/** What a verified file looked like. A file that still looks so is not read again. */
interface Marker {
  readonly size: number;
  readonly mtimeMs: number;
  readonly inode: number;
}

function markerPath(path: string): string {
  return `${path}.json`;
}

async function markerOf(path: string): Promise<Marker | undefined> {
  const found = await orUndefined(stat(path));
  return found && { size: found.size, mtimeMs: found.mtimeMs, inode: found.ino };
}

async function isMarked(path: string, file: DownloadFile): Promise<boolean> {
  const text = await textOf(markerPath(path));
  const marker = text === undefined ? undefined : parseJson(text);
  const now = await markerOf(path);
  if (now === undefined || !isObject(marker)) return false;
  return (
    now.size === file.bytes &&
    marker["size"] === now.size &&
    marker["mtimeMs"] === now.mtimeMs &&
    marker["inode"] === now.inode
  );
}

async function mark(path: string, run: Run): Promise<void> {
  await run.disk.writeWhole(markerPath(path), JSON.stringify(await markerOf(path)));
}

/** Reads the file if it has no marker of its present state. A wrong one is removed. */
async function isVerified(
  path: string,
  file: DownloadFile,
  { called }: DownloadsPlan,
  run: Run,
): Promise<boolean> {
  if (await isMarked(path, file)) return true;
  const size = (await markerOf(path))?.size;
  if (size === undefined) return false;
  const fault = size === file.bytes ? await otherDigest(path, file, run) : `has ${size} bytes`;
  if (fault === undefined) {
    await mark(path, run);
    return true;
  }
  run.reporter.say(
    `${file.name} in ${called} ${fault} instead of ${file.bytes} bytes with SHA-256 ${file.sha256}. ` +
      "It is removed and fetched anew.",
  );
  await run.disk.remove(markerPath(path));
  await run.disk.remove(path);
  return false;
}

async function otherDigest(path: string, file: DownloadFile, run: Run): Promise<string | undefined> {
  const hash = createHash("sha256");
  let done = 0;
  for await (const chunk of createReadStream(path, { signal: run.signal })) {
    hash.update(chunk);
    done += chunk.length;
    run.reporter.progress({ what: `${file.name} (checking)`, done, total: file.bytes });
  }
  const digest = hash.digest("hex");
  return digest === file.sha256 ? undefined : `has SHA-256 ${digest}`;
}

function failureText(
  { name, bytes, sha256 }: DownloadFile,
  error: unknown,
  downloads: DownloadsPlan,
): string {
  if (error instanceof NotFetched)
    return `${name} (${bytes} bytes, SHA-256 ${sha256}) could not be fetched. ${error.message}`;
  const message = messageOf(error, downloads);
  // That one names the file itself.
  return error instanceof DiskFull ? message : `${name}: ${message}`;
}
