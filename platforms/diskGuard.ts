/** How the lines begin with which the entry point says that it holds a daemon (runtime/entrypoint.sh). */
const HOLDS = "The disk guard holds the daemon";

/**
 * What the last line of a daemon's log says if the disk guard holds the daemon; undefined otherwise. While it does,
 * nothing else is logged.
 */
export function holdIn(log: string): string | undefined {
  const last = log.trim().split("\n").at(-1) ?? "";
  const start = last.indexOf(`entrypoint: ${HOLDS}`);
  return start === -1 ? undefined : last.slice(start + "entrypoint: ".length).trim();
}
