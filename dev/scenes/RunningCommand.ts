import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StackCommand } from "../../cli/pulumi";

const CLI = join(__dirname, "..", "..", "cli", "bin.cjs");

/** `dokomodo` in the project of a stack, as a process that a test can watch and kill. */
export class RunningCommand {
  private text = "";
  private readonly child: ChildProcess;
  /** How it ended, with all that it said. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly text: string }>;

  constructor({ pulumi, directory: cwd, env, stack }: StackCommand, args: readonly string[]) {
    const path = `${dirname(pulumi)}:${env["PATH"] ?? process.env["PATH"]}`;
    this.child = spawn(process.execPath, [CLI, ...args, "--stack", stack], {
      cwd,
      env: { ...process.env, ...env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.text += chunk.toString();
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.once("exit", (exitCode) => setTimeout(() => resolve({ exitCode, text: this.text }), 100));
    });
  }

  /** Waits until it has said something. Rejects if it ends before. */
  async until(said: RegExp): Promise<void> {
    while (!said.test(this.text)) {
      if (this.child.exitCode !== null) throw new Error(`it ended before it said ${said}:\n${this.text}`);
      await sleep(10);
    }
  }

  /** Kills the program, and none of those that it has started. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}
