import { codeOf } from "./Disk";

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
  constructor(what: string, directory: string, needed: number | undefined, free: number | undefined) {
    const need = needed === undefined ? "more room" : `${needed} bytes`;
    const has = free === undefined ? "" : ` ${free} bytes are free there.`;
    super(`${what} needs ${need} in ${directory}, which is full.${has} Make room, then try again.`);
  }
}

/** Whether a write failed because there is no room. */
export function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(String(codeOf(error)));
}

/** What failed, for people. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = String(codeOf(error));
  const path = "path" in error ? error.path : undefined;
  if (["EACCES", "EPERM", "EROFS"].includes(code) && typeof path === "string")
    return `uid ${process.getuid?.() ?? "?"} may not write ${path} (${code}). Let that user write to the directory.`;
  return error.message;
}

/** A URL without its password and without its query, which may be a key as well. */
export function shown(url: URL): string {
  const user = url.username === "" && url.password === "" ? "" : "***@";
  const query = url.search === "" ? "" : "?***";
  return `${url.protocol}//${user}${url.host}${url.pathname}${query}`;
}
