import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { reasonIn } from "./sshStderr";

/** How much of what ssh says is kept: the end of it, in characters. */
const kept = 4096;

/** How long ssh has to end, in ms: when it was asked to, and when the far side closed the connection (docker/cli). */
const killAfter = 3000;
const closedFor = 10_000;

/** How long what ssh has written may be on its way here when it is gone, in ms. */
const draining = 200;

const open = new Set<SshConnection>();
process.on("exit", () => {
  for (const connection of open) connection.signal("SIGTERM");
});

/**
 * A connection to a Docker Engine that is the standard input and output of an ssh. The far side never ends it in an
 * orderly way: whenever ssh is gone, that is an error, and what ssh said is its message.
 */
export class SshConnection extends Duplex {
  private readonly ssh: ChildProcessWithoutNullStreams;
  private said = "";

  /** Errors come by the error event, that there is no ssh too. */
  constructor(args: readonly string[]) {
    super();
    // A session of its own has no terminal, where ssh would ask for a password; and its processes end together.
    this.ssh = spawn("ssh", args, { detached: true });
    if (this.ssh.pid !== undefined) open.add(this);
    // Between two requests nobody listens, and nobody has to know.
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
    // Where it cannot be written, ssh is gone, and its exit brings the reason.
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

  /** node's Agent calls it, as on any socket: nothing here keeps the provider from ending. */
  ref(): void {}

  /** To ssh and what it has started itself, such as the ssh to a jump host. Not to a master in the background. */
  signal(name: "SIGTERM" | "SIGKILL"): void {
    const { pid } = this.ssh;
    if (pid === undefined || !open.has(this)) return;
    try {
      process.kill(-pid, name);
    } catch {
      // It has just ended by itself.
    }
  }

  private async explainExit(code: number | null, signal: string | null): Promise<void> {
    open.delete(this);
    // The pipes' end may be long in coming: a master that ssh left in the background can hold them.
    const drained = [this.ssh.stdout, this.ssh.stderr].map((stream) => finished(stream, { writable: false }));
    await Promise.race([Promise.allSettled(drained), pause(draining)]);
    this.gone(signal === null ? `ssh ended with exit code ${code}` : `ssh was ended by ${signal}`);
  }

  private gone(how: string): void {
    this.destroy(new Error(reasonIn(this.said) ?? `${how} and said nothing`));
  }
}
