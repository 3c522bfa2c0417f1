import type { Readable } from "node:stream";
import { Writable } from "node:stream";
import { BACKUP_ROLE } from "../../notary/backup";
import type { Operations } from "../../platforms/operations";
import { Collected } from "../running/Collected";
import type { Target } from "../running/targets";

const PROGRAM = "/run/dokomodo/backup/backup.sh";

/** Exit codes of runtime/backup.sh that mean more than a failure. */
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
  const errors = new Lines((line) => {
    if (line === "") return;
    said.push(line.replace(/^backup: /, ""));
    if (said.length > MOST_LINES) said.shift();
    onLine?.(line);
  });
  const output = new Collected();
  const streams = { input, output, errors, signal };
  const code = await operations.exec(
    { host, workload, role: BACKUP_ROLE },
    ["/bin/sh", PROGRAM, ...command],
    streams,
  );
  return { code, output: output.text, said: said.join("\n") };
}

/** Hands each line on as soon as it is whole. A last line without an end is dropped. */
class Lines extends Writable {
  private rest = "";

  constructor(private readonly take: (line: string) => void) {
    super({ decodeStrings: false, defaultEncoding: "utf8" });
  }

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    const lines = `${this.rest}${chunk.toString()}`.split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.take(line.trimEnd());
    done();
  }
}
