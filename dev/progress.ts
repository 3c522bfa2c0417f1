import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDirectory } from "./toolchain/cache";

/** Where a step writes its progress: a terminal, a file or a pipe. */
export interface Display {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface StepOptions {
  readonly display?: Display;
  /** Path of the file that gets the whole output of the step's programs. */
  readonly logFile?: string;
  /** Milliseconds between two lines of progress when there is no terminal. */
  readonly heartbeat?: number;
}

/** How a step runs a program. */
export interface StepProgram {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the program is killed. */
  readonly timeout?: number;
}

export interface StepLog {
  /** Runs a program and waits until it ends. Its output goes to the log. Rejects when the program fails. */
  run(file: string, args: readonly string[], program?: StepProgram): Promise<void>;
  write(text: string): void;
}

/**
 * Runs one long step of set-up and shows its progress. On a terminal it updates one line. Elsewhere it writes a line at the
 * start, one every 15 s and one at the end. When the step fails, the last lines of its programs' output are shown.
 */
export async function step<T>(
  title: string,
  work: (log: StepLog) => Promise<T>,
  options: StepOptions = {},
): Promise<T> {
  const { display = process.stderr, heartbeat = 15_000 } = options;
  const log = new OutputLog(options.logFile ?? join(cacheDirectory(), "logs", `${slug(title)}.log`));
  const started = Date.now();
  const elapsed = () => duration(Date.now() - started);
  const signOfLife = () =>
    display.isTTY
      ? display.write(`\r\x1b[K${shorten(`${title} … ${elapsed()}  ${log.lastLine()}`, display.columns)}`)
      : display.write(`${title}: still running after ${elapsed()}\n`);
  if (!display.isTTY) display.write(`${title} …\n`);
  const timer = setInterval(signOfLife, display.isTTY ? 500 : heartbeat);
  const lineStart = display.isTTY ? "\r\x1b[K" : "";
  try {
    const result = await work(log);
    display.write(`${lineStart}${title}: done in ${elapsed()}\n`);
    return result;
  } catch (error) {
    const output = log.tail().map((line) => `  | ${line}\n`);
    display.write(`${lineStart}${title}: failed after ${elapsed()}\n${output.join("")}`);
    display.write(`  The whole log is in ${log.file}\n`);
    throw error;
  } finally {
    clearInterval(timer);
    log.close();
  }
}

const shownAtFailure = 30;

/** Writes the whole output to a file and keeps the last lines in memory. */
class OutputLog implements StepLog {
  private readonly stream: WriteStream;
  private lines: string[] = [""];

  constructor(readonly file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.stream = createWriteStream(file);
    // The step must go on when its log cannot be written, for example on a full disk.
    this.stream.on("error", () => {});
  }

  async run(file: string, args: readonly string[], program: StepProgram = {}): Promise<void> {
    // execa is an ES module, and this file becomes CommonJS.
    const { execa } = await import("execa");
    this.write(`$ ${[file, ...args].join(" ")}\n`);
    const child = execa(file, args, { ...program, all: true, buffer: false, stdin: "ignore", reject: false });
    child.all.on("data", (chunk: Buffer) => this.write(chunk.toString()));
    const result = await child;
    if (!result.failed) return;
    throw new Error(`${file} ${args[0] ?? ""} ended with ${endingOf(result)}`);
  }

  write(text: string): void {
    this.stream.write(text);
    const [first = "", ...rest] = text.split("\n");
    const open = this.lines.pop() ?? "";
    this.lines = [...this.lines, open + first, ...rest].slice(-shownAtFailure - 1);
  }

  tail(): string[] {
    return this.lines.filter((line) => line.trim() !== "").slice(-shownAtFailure);
  }

  lastLine(): string {
    return this.tail().at(-1)?.trim() ?? "";
  }

  close(): void {
    this.stream.end();
  }
}

function endingOf(result: {
  readonly timedOut: boolean;
  readonly exitCode?: number | undefined;
  readonly originalMessage?: string | undefined;
  readonly signal?: string | undefined;
}): string {
  if (result.timedOut) return "no exit code, because it took too long and was killed";
  if (result.exitCode !== undefined) return `exit code ${result.exitCode}`;
  return result.originalMessage || result.signal || "an unknown error";
}

function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function shorten(text: string, columns = 80): string {
  return text.length < columns ? text : `${text.slice(0, columns - 2)}…`;
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
