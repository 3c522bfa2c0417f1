import type { Writable } from "node:stream";
import { messageOf } from "../../input/messageOf";
import type { ContainerAddress, LogLine, LogOptions, Operations } from "../../platforms/operations";
import type { Target } from "./targets";

/**
 * Prints the logs of several containers, each line with the name of its target if there are several. While it follows,
 * lines are printed as they come. Else all lines are sorted by their time.
 * @returns why logs could not be read; the others are printed all the same
 */
export async function printLogs(
  targets: readonly Target[],
  operations: Operations,
  output: Writable,
  options: LogOptions,
): Promise<string[]> {
  const widest = Math.max(...targets.map(({ title }) => title.length));
  const prefix = ({ title }: Target) => (targets.length === 1 ? "" : `${title.padEnd(widest)} | `);
  const lines: { readonly at: number; readonly text: string }[] = [];
  const failures = await Promise.all(
    targets.map(async (target) => {
      let last = 0;
      const onLine = ({ at, text }: LogLine) => {
        const line = `${prefix(target)}${printable(text)}\n`;
        // A line without a time stays behind the one before it.
        last = at?.getTime() ?? last;
        if (options.follow) output.write(line);
        else lines.push({ at: last, text: line });
      };
      try {
        await operations.logs(target.container, options, onLine);
        return [];
      } catch (error) {
        return [`${target.title}: ${messageOf(error)}`];
      }
    }),
  );
  for (const { text } of lines.sort((one, other) => one.at - other.at)) output.write(text);
  return failures.flat();
}

/** Seconds that the reading of a log's end may take. */
const END_SECONDS = 3;

/** The end of a container's log; nothing if it cannot be read in time. */
export async function lastLines(
  operations: Pick<Operations, "logs">,
  container: ContainerAddress,
  count: number,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const options = { follow: false, tail: count, signal: AbortSignal.timeout(END_SECONDS * 1000) };
  await operations.logs(container, options, (line) => lines.push(line)).catch(() => {});
  return lines;
}

/** The text without what would control the terminal, because a peer may have chosen parts of it. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}
