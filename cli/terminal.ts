import type { Level } from "../readings/finding";
import type { Paint } from "./status/table";

/** The exit code of a command that looks, if something is bad. 1 means that the command itself failed. */
export const SOMETHING_IS_BAD = 2;

/** The foreground colours of ECMA-48 (SGR): yellow and red. */
const COLOURS = { good: undefined, doubtful: 33, bad: 31 } as const;

/** Colours for a terminal; none if the output is not one, or if NO_COLOR is set (https://no-color.org). */
export function painter(isTerminal: boolean, env: NodeJS.ProcessEnv = process.env): Paint {
  const isPlain = !isTerminal || (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return (level: Level, text: string) => {
    const colour = COLOURS[level];
    return isPlain || colour === undefined || text === "" ? text : `\u001b[${colour}m${text}\u001b[39m`;
  };
}

/** Aborts when the person presses Ctrl-C. A second Ctrl-C ends the program at once. */
export function untilInterrupted(): AbortController {
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  process.once("SIGTERM", () => interrupted.abort());
  return interrupted;
}

/** Says what happens; `isDone` ends a step. */
export type Tell = (text: string, isDone: boolean) => void;

/** Says what happens: a line that is written over on a terminal, and else a line for each step. */
export function tellProgress(): Tell {
  const { stdout } = process;
  return (text, isDone) => {
    if (stdout.isTTY) stdout.write(`\r\u001b[K${text}${isDone ? "\n" : ""}`);
    else if (isDone) stdout.write(`${text}\n`);
  };
}
