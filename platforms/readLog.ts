import { setTimeout as sleep } from "node:timers/promises";
import type { TimedLine } from "./LogLines";
import type { LogLine, LogOptions } from "./operations";

const AGAIN_MILLISECONDS = 1000;

/** The log of one container. */
export interface LogSource {
  /**
   * Gives out the lines that are there, and if `follow` is set those that come until the process ends. It ends early,
   * without an error, if the options' signal is aborted.
   */
  read(options: LogOptions, onLine: (line: TimedLine) => void): Promise<void>;
  /** Whether there is still a container that may write more. */
  isThere(): Promise<boolean>;
}

/** Reads a log. To follow it means to go on with the next process when one has ended. */
export async function readLog(
  source: LogSource,
  options: LogOptions,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const { signal } = options;
  let last = "";
  const isAborted = () => signal?.aborted === true;
  for (let from = options; !isAborted(); from = resumed(options, last)) {
    const known = last;
    await source.read(from, ({ time, ...line }) => {
      // After an interruption, the lines of the last moment come again.
      if (known !== "" && time <= known) return;
      if (time > last) last = time;
      onLine(line);
    });
    if (!options.follow || isAborted() || !(await source.isThere())) return;
    await sleep(AGAIN_MILLISECONDS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/** What is still to be read after the line of this time. All is, if no line was read yet. */
function resumed(options: LogOptions, last: string): LogOptions {
  return last === "" ? options : { ...options, since: new Date(last), tail: undefined };
}
