import { createReadStream } from "node:fs";
import { join } from "node:path";
import { sizeOf } from "./Disk";
import { DiskFull, reasonOf, SourceFailure, shown, uid } from "./failures";
import { append, fetchUrl, type Wanted } from "./fetchUrl";
import { Part } from "./Part";
import type { LocalDirectory } from "./plan";
import type { Run } from "./run";

/** Where a file may come from. They are tried in order. `called` is a path as people know it. */
export type Source = { readonly path: string; readonly called: string } | { readonly url: string };

/** What the sources said, one sentence each. */
export class NotFetched extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(reasons.join(" "));
  }
}

/** A try that gains so much is not counted as a vain one. */
const GAIN_BYTES = 1024 * 1024;

/**
 * Fetches a file and gives it the name `target` when all of it is there with the right SHA-256. What was fetched stays
 * for the next run, unless it filled the disk. Throws NotFetched and DiskFull.
 */
export async function fetchFile(
  base: string,
  target: string,
  mode: number,
  wanted: Wanted,
  sources: readonly Source[],
  run: Run,
): Promise<void> {
  const part = await Part.open(base, wanted.what, run);
  try {
    await fetchFromAny(part, wanted, sources, run);
    await part.finish(target, mode);
  } catch (error) {
    // The daemons of the host need the room more than the next run needs the part.
    if (error instanceof DiskFull && error.hasFilled) await part.discard();
    else await part.leave();
    throw error;
  }
}

async function fetchFromAny(part: Part, wanted: Wanted, sources: readonly Source[], run: Run) {
  const reasons: string[] = [];
  for (const source of sources) {
    const name = "path" in source ? source.called : shown(new URL(source.url));
    try {
      if ("path" in source) await readLocal(part, source.path, wanted, run);
      else await fetchFrom(part, new URL(source.url), wanted, run);
      return;
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      reasons.push(`${name} ${error.message}.`);
      run.reporter.say(`${wanted.what}: ${name} ${error.message}.`);
    }
  }
  throw new NotFetched(reasons.length > 0 ? reasons : ["No source is named."]);
}

/** Tries one URL until the part is whole and right, or the source has failed too often. */
async function fetchFrom(part: Part, url: URL, wanted: Wanted, run: Run): Promise<void> {
  const { tries, firstPause, longestPause } = run.patience;
  let vain = 0;
  let pause = firstPause;
  for (;;) {
    const before = part.length;
    try {
      await fetchUrl(part, url, wanted, run);
      if (await isRight(part, url.href, wanted, run)) return;
    } catch (error) {
      const failure = sourceFailure(error, run);
      const hasGained = part.length - before >= GAIN_BYTES;
      vain = hasGained ? 0 : vain + 1;
      if (hasGained) pause = firstPause;
      if (!failure.again || vain >= tries) throw failure;
      run.reporter.say(`${wanted.what}: ${shown(url)} ${failure.message}. It is tried again.`);
      await run.clock.sleep(failure.after ?? pause, run.signal);
      pause = Math.min(pause * 2, longestPause);
    }
  }
}

/**
 * Whether the part has the right SHA-256. If not, it is emptied. The source is to blame only where all of it came from
 * there; otherwise the caller fetches the whole file from it.
 */
async function isRight(part: Part, origin: string, { what, sha256 }: Wanted, run: Run): Promise<boolean> {
  const digest = part.digest();
  if (digest === sha256) return true;
  const isToBlame = part.isAllFrom(origin);
  await part.restart();
  if (isToBlame)
    throw new SourceFailure(`sent a file with another SHA-256: expected ${sha256}, got ${digest}`, false);
  run.reporter.say(
    `${what}: the parts that were fetched make a file with another SHA-256. It is fetched anew.`,
  );
  return false;
}

/** Copies a file of this machine into the part. */
async function readLocal(part: Part, path: string, wanted: Wanted, run: Run): Promise<void> {
  const size = await sizeOf(path).catch((error: unknown) => {
    throw unreadable(error);
  });
  if (size === undefined) throw new SourceFailure("is not there", false);
  if (wanted.bytes !== undefined && size !== wanted.bytes)
    throw new SourceFailure(`has ${size} bytes instead of ${wanted.bytes}`, false);
  await part.restart();
  const free = await run.disk.freeBytes(part.directory);
  if (size > free) throw new DiskFull(wanted.what, size, free, false);
  try {
    for await (const chunk of createReadStream(path, { signal: run.signal }))
      await append(part, chunk, path, size, wanted, run);
  } catch (error) {
    throw error instanceof DiskFull || run.signal.aborted ? error : unreadable(error);
  }
  const digest = part.digest();
  if (digest === wanted.sha256) return;
  await part.restart();
  throw new SourceFailure(`has another SHA-256: expected ${wanted.sha256}, got ${digest}`, false);
}

function unreadable(error: unknown): SourceFailure {
  return new SourceFailure(`cannot be read by uid ${uid()} (${reasonOf(error)})`, false);
}

/** The path of a file in a local directory, its URL below a mirror, and its own URLs. */
export function sourcesOf(
  name: string,
  from: LocalDirectory | undefined,
  mirror: string | undefined,
  urls: readonly string[],
): readonly Source[] {
  return [
    ...(from === undefined ? [] : [{ path: join(from.directory, name), called: join(from.called, name) }]),
    ...(mirror === undefined ? [] : [{ url: belowMirror(mirror, name) }]),
    ...urls.map((url) => ({ url })),
  ];
}

function belowMirror(mirror: string, name: string): string {
  const url = new URL(mirror);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${name}`;
  return url.href;
}

/** What the network did is the source's failure, and may be another one next time. All else is not. */
function sourceFailure(error: unknown, run: Run): SourceFailure {
  if (error instanceof SourceFailure) return error;
  if (run.signal.aborted || error instanceof DiskFull || isOfDisk(error)) throw error;
  return new SourceFailure(`cannot be read (${reasonOf(error)})`, true);
}

function isOfDisk(error: unknown): boolean {
  return (
    error instanceof Error &&
    "syscall" in error &&
    ["open", "write", "ftruncate"].includes(`${error.syscall}`)
  );
}
