/** How the lines begin with which the entry point says why it does not start a daemon yet (runtime/entrypoint.sh). */
const HOLDS = "The disk guard holds the daemon";
const WAITS = "The daemon waits for its turn";

/**
 * What the last line of a daemon's log says if the disk guard holds the daemon; undefined otherwise. While it does,
 * nothing else is logged.
 */
export function holdIn(log: string): string | undefined {
  return lastThatBegins(log, HOLDS);
}

/**
 * What the last line of a daemon's log says if the daemon waits for its turn after a boot of its host; undefined
 * otherwise. While it does, nothing else is logged. It starts by itself.
 */
export function waitIn(log: string): string | undefined {
  return lastThatBegins(log, WAITS);
}

/** Why the entry point has not started a daemon yet. A daemon that is `held` stays so, and one that is `waiting` does not. */
export interface Delay {
  readonly kind: "held" | "waiting";
  /** What the entry point says of it. */
  readonly text: string;
}

/** The delay of which the last line of a daemon's log speaks, if it does. */
export function delayIn(log: string): Delay | undefined {
  const held = holdIn(log);
  if (held !== undefined) return { kind: "held", text: held };
  const waiting = waitIn(log);
  return waiting === undefined ? undefined : { kind: "waiting", text: waiting };
}

function lastThatBegins(log: string, words: string): string | undefined {
  const last = log.trim().split("\n").at(-1) ?? "";
  const start = last.indexOf(`entrypoint: ${words}`);
  return start === -1 ? undefined : last.slice(start + "entrypoint: ".length).trim();
}
