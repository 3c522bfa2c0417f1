import { getSystemErrorMap } from "node:util";
import { codeOf } from "./Disk";
import type { Named } from "./plan";

/** A source did not give a file. The message goes on a sentence that begins with the source's name. */
export class SourceFailure extends Error {
  /**
   * @param again whether another try of the same source may help
   * @param after milliseconds that the source wants us to wait
   */
  constructor(
    message: string,
    readonly again: boolean,
    readonly after?: number,
  ) {
    super(message);
  }
}

/** There is no room for a file. No other source helps. */
export class DiskFull extends Error {
  /**
   * @param what what there is no room for, such as `the bootstrap`
   * @param needed bytes that it takes, if that is known
   * @param free bytes that are free without it
   * @param hasFilled whether this run wrote until nothing was free. Otherwise it has looked before it wrote.
   */
  constructor(
    readonly what: string,
    readonly needed: number | undefined,
    readonly free: number,
    readonly hasFilled: boolean,
  ) {
    super(`there is no room for ${what}`);
  }
}

/** Whether a write failed because there is no room. */
export function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(String(codeOf(error)));
}

const GOES_ON = "The next `pulumi up` goes on with what is there.";

/** What failed in a directory, for people. */
export function messageOf(error: unknown, { called, makeRoom }: Named): string {
  if (error instanceof DiskFull) {
    const { what, needed, free } = error;
    const need = needed === undefined ? "more than that" : `${needed} bytes`;
    return `There is no room for ${what} in ${called}: ${free} bytes are free, and it needs ${need}. ${makeRoom} ${GOES_ON}`;
  }
  if (isDiskFull(error)) return `There is no room in ${called} (${codeOf(error)}). ${makeRoom} ${GOES_ON}`;
  const reason = reasonOf(error);
  if (!hasPath(error)) return reason;
  if (["EACCES", "EPERM", "EROFS"].includes(String(codeOf(error))))
    return `uid ${uid()} may not write to ${called} (${reason}). Let that user read and write there.`;
  return `A file in ${called} cannot be used (${reason}).`;
}

/** Why a call failed, without the path in the container that Node's message has for files. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!hasPath(error)) return error.message;
  const [, words] = getSystemErrorMap().get(Number("errno" in error && error.errno)) ?? [];
  return words === undefined ? String(codeOf(error)) : `${words}, ${codeOf(error)}`;
}

/** The number of the user who runs this program. */
export function uid(): number | string {
  return process.getuid?.() ?? "?";
}

function hasPath(error: unknown): boolean {
  return error instanceof Error && "path" in error;
}

/** A URL without its password and without its query, which may be a key as well. */
export function shown(url: URL): string {
  const user = url.username === "" && url.password === "" ? "" : "***@";
  const query = url.search === "" ? "" : "?***";
  return `${url.protocol}//${user}${url.host}${url.pathname}${query}`;
}
