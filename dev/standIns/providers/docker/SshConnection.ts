import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { reasonIn } from "./sshStderr";

/** How many characters from the end of ssh's standard error are kept. */
const kept = 4096;

/** Milliseconds that ssh has to end after SIGTERM, and after the far side closed the connection (docker/cli). */
const killAfter = 3000;
const closedFor = 10_000;

/** Milliseconds to wait for the rest of ssh's output after ssh has ended. */
const draining = 200;

const open = new Set<SshConnection>();
process.on("exit", () => {
  for (const connection of open) connection.signal("SIGTERM");
});

/**
 * A connection to a Docker Engine through the standard input and output of an ssh process. The far side never closes it in
 * an orderly way. So the end of ssh is always an error, and its message is what ssh wrote to standard error.
 */
export class SshConnection extends Duplex {
  private readonly ssh: ChildProcessWithoutNullStreams;
  private said = "";

  /** All errors come by the event `error`, even when ssh cannot be started. */
  constructor(args: readonly string[]) {
    super();
    // In a session of its own, ssh has no terminal to ask for a password on. Its child processes can be ended with it.
    this.ssh = spawn("ssh", args, { detached: true });
    if (this.ssh.pid !== undefined) open.add(this);
    // An error between two requests concerns nobody, but without a listener it would end the process.
    this.on("error", () => {});
    this.ssh.on("error", ({ message }) => this.destroy(new Error(`ssh cannot be run: ${message}`)));
    this.ssh.on("exit", (code, signal) => void this.explainExit(code, signal));
    this.ssh.stdin.on("error", () => {});
    this.ssh.stdout.on("data", (chunk) => {
      if (!this.push(chunk)) this.ssh.stdout.pause();
    });
    this.ssh.stdout.on("end", () => {
      setTimeout(() => this.gone("the far side closed the connection"), closedFor).unref();
    });
    this.ssh.stderr.setEncoding("utf8").on("data", (text) => {
      this.said = (this.said + text).slice(-kept);
    });
  }

  override _read(): void {
    this.ssh.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // A failed write means that ssh has ended. The event `exit` then reports the reason.
    this.ssh.stdin.write(chunk, (error) => {
      if (error == null) done();
    });
  }

  override _final(done: () => void): void {
    this.ssh.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    for (const stream of [this.ssh.stdin, this.ssh.stdout, this.ssh.stderr]) stream.destroy();
    this.signal("SIGTERM");
    setTimeout(() => this.signal("SIGKILL"), killAfter).unref();
    done(error);
  }

  /** Node's Agent calls this on each socket. It does nothing, because this connection never keeps the provider alive. */
  ref(): void {}

  /** Signals ssh and its children, such as the ssh to a jump host. A ControlMaster in the background gets no signal. */
  signal(name: "SIGTERM" | "SIGKILL"): void {
    const { pid } = this.ssh;
    if (pid === undefined || !open.has(this)) return;
    try {
      process.kill(-pid, name);
    } catch {
      // The process has just ended by itself.
    }
  }

  private async explainExit(code: number | null, signal: string | null): Promise<void> {
    open.delete(this);
    // The pipes may stay open for long, because a ControlMaster that ssh left in the background can hold them.
    const drained = [this.ssh.stdout, this.ssh.stderr].map((stream) => finished(stream, { writable: false }));
    await Promise.race([Promise.allSettled(drained), pause(draining)]);
    this.gone(signal === null ? `ssh ended with exit code ${code}` : `ssh was ended by ${signal}`);
  }

  private gone(how: string): void {
    this.destroy(new Error(reasonIn(this.said) ?? `${how} and said nothing`));
  }
}
