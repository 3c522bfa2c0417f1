import type { IncomingMessage } from "node:http";
import { DiskFull, isDiskFull, SourceFailure, shown } from "./failures";
import { httpGet } from "./httpGet";
import type { Part } from "./Part";
import type { Run } from "./run";

/** A file to fetch. */
export interface Wanted {
  /** What it is called in progress and messages. */
  readonly what: string;
  readonly sha256: string;
  /** Its size, where it is known. */
  readonly bytes?: number | undefined;
}

/**
 * One GET of what the part lacks. Resolves when the part is whole, as far as its length tells. Throws SourceFailure
 * where it is not, and DiskFull.
 */
export async function fetchUrl(part: Part, url: URL, wanted: Wanted, run: Run): Promise<void> {
  if (wanted.bytes !== undefined && part.length > wanted.bytes) await part.restart();
  if (part.length === wanted.bytes) return;
  const response = await httpGet(url, part.length, run);
  try {
    const length = await lengthOf(response, part, url, wanted, run);
    if (length !== undefined && part.length === length) return;
    await refuseWithoutRoom(part, length, wanted, run);
    await readBody(response, length, part, url, wanted, run);
  } finally {
    response.destroy();
  }
}

/** Looks at the head of the answer, and makes the part fit to it. The result is the whole file's length, if it is known. */
async function lengthOf(response: IncomingMessage, part: Part, url: URL, wanted: Wanted, run: Run) {
  const { statusCode: status = 0, headers } = response;
  const expected = wanted.bytes;
  if (status === 200) {
    const length = asLength(headers["content-length"]) ?? expected;
    refuseOtherLength(length, expected);
    if (part.length > 0) {
      run.reporter.say(
        `${wanted.what}: ${shown(url)} sends whole files only, so it starts from the beginning.`,
      );
      await part.restart();
    }
    return length;
  }
  if (status === 206 && part.length > 0) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers["content-range"] ?? "");
    if (Number(range?.[1]) !== part.length)
      throw new SourceFailure("sent another part of the file than it was asked for", false);
    const length = asLength(range?.[2]) ?? expected;
    refuseOtherLength(length, expected);
    return length;
  }
  if (status === 416 && part.length > 0) {
    const length = asLength(/^bytes \*\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1]);
    refuseOtherLength(length, expected);
    if (length === part.length) return length;
    await part.restart();
    throw new SourceFailure("has no more of the file than was fetched before (HTTP 416)", true);
  }
  throw statusFailure(status, headers["retry-after"], run);
}

async function refuseWithoutRoom(part: Part, length: number | undefined, wanted: Wanted, run: Run) {
  const free = await run.disk.freeBytes(part.directory);
  const needed = (length ?? part.length) - part.length;
  if (needed > free) throw new DiskFull(wanted.what, needed, free, false);
}

async function readBody(
  response: IncomingMessage,
  length: number | undefined,
  part: Part,
  url: URL,
  wanted: Wanted,
  run: Run,
): Promise<void> {
  for await (const chunk of response) {
    if (length !== undefined && part.length + chunk.length > length) {
      await part.restart();
      throw new SourceFailure(`sends more than the ${length} bytes of the file`, false);
    }
    await append(part, chunk, url.href, length, wanted, run);
  }
  if (length !== undefined && part.length < length)
    throw new SourceFailure(`broke off after ${part.length} of ${length} bytes`, true);
}

/** Appends bytes of an origin, and tells the progress. Throws DiskFull where there is no room. */
export async function append(
  part: Part,
  bytes: Uint8Array,
  origin: string,
  total: number | undefined,
  { what }: Wanted,
  run: Run,
): Promise<void> {
  try {
    await part.append(bytes, origin);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    // Such a part is removed, so its room counts as free.
    const free = (await run.disk.freeBytes(part.directory)) + part.length;
    throw new DiskFull(what, total, free, true);
  }
  run.reporter.progress({ what, done: part.length, total });
}

function refuseOtherLength(length: number | undefined, expected: number | undefined): void {
  if (expected !== undefined && length !== undefined && length !== expected)
    throw new SourceFailure(`has a file of ${length} bytes instead of ${expected}`, false);
}

function statusFailure(status: number, retryAfter: string | undefined, run: Run): SourceFailure {
  const again = status === 408 || status === 425 || status === 429 || status >= 500;
  const after = again ? pauseOf(retryAfter) : undefined;
  const most = run.patience.longestRetryAfter;
  return new SourceFailure(`answers HTTP ${status}`, again, after && Math.min(after, most));
}

/** Retry-After in milliseconds: it is a number of seconds, or a date. */
function pauseOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function asLength(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
