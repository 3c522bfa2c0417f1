import { type Readable, Writable } from "node:stream";
import { BACKUP_ROLE } from "../../notary/backup";
import { LogLines } from "../../platforms/LogLines";
import type { Operations } from "../../platforms/operations";
import { Collected } from "../running/Collected";
import type { Target } from "../running/targets";

const PROGRAM = "/run/dokomodo/backup/backup.sh";

/** The exit code of runtime/backup.sh that says that there is no backup yet. */
export const NO_BACKUP = 8;

export interface SidecarCall {
  readonly signal?: AbortSignal | undefined;
  /** What the script reads on standard input. */
  readonly input?: Readable | undefined;
  /** Gets each line that the script says, without its end. Secrets are never among them. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How a command of runtime/backup.sh ended. */
export interface SidecarAnswer {
  readonly code: number;
  readonly output: string;
  /** The last lines that it and restic said. The last one is the script's own, if it ended by itself. */
  readonly said: string;
}

/** So many of the last lines are told to people. */
const MOST_LINES = 6;

/** Runs a command of runtime/backup.sh in the container that keeps a daemon's wallet. */
export async function callSidecar(
  operations: Operations,
  { container: { host, workload } }: Target,
  command: readonly string[],
  { signal, input, onLine }: SidecarCall = {},
): Promise<SidecarAnswer> {
  const said: string[] = [];
  const lines = new LogLines(({ text }) => {
    if (text === "") return;
    said.push(text.replace(/^backup: /, ""));
    if (said.length > MOST_LINES) said.shift();
    onLine?.(text);
  });
  const errors = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.bytes(chunk);
      done();
    },
  });
  const output = new Collected();
  const streams = { input, output, errors, signal };
  const code = await operations.exec(
    { host, workload, role: BACKUP_ROLE },
    ["/bin/sh", PROGRAM, ...command],
    streams,
  );
  lines.end();
  return { code, output: output.text, said: said.join("\n") };
}

/** Runs a command as callSidecar does, and rejects with what was said last unless it ended with 0. */
export async function mustCallSidecar(...call: Parameters<typeof callSidecar>): Promise<string> {
  return outputOf(await callSidecar(...call));
}

/** The output of a command that ended with 0. Throws what was said last, if it ended with another code. */
export function outputOf({ code, output, said }: SidecarAnswer): string {
  if (code !== 0) throw new Error(said || `the script ended with ${code}`);
  return output;
}
