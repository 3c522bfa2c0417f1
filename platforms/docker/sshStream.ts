import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Agent } from "node:http";
import { Socket } from "node:net";
import { Duplex } from "node:stream";
import { type DockerEndpoint, sshOptions } from "./host";
import { explainSsh, SshFailure, withoutSsh } from "./sshFailure";

/** How many characters of what ssh says on stderr are kept. The last ones matter. */
const KEPT = 4096;

/** Arguments for an ssh to the host of an ssh:// endpoint that runs a command there. */
export function sshArguments(endpoint: DockerEndpoint, ...command: readonly string[]): string[] {
  const { username, hostname, port } = new URL(endpoint.docker);
  const login = ["-l", username, ...(port === "" ? [] : ["-p", port])];
  return [...sshOptions(endpoint), ...login, "--", hostname, ...command];
}

/**
 * A connection to the Docker Engine of a host: stdin and stdout of an ssh that runs `docker system dial-stdio` there.
 */
class SshStream extends Duplex {
  private readonly ssh: ChildProcessWithoutNullStreams;
  private said = "";
  /** Whether a caller has taken it out of the agent, because it no longer speaks HTTP on it. */
  private isTaken = false;

  constructor(endpoint: DockerEndpoint) {
    super();
    this.ssh = spawn("ssh", sshArguments(endpoint, "docker system dial-stdio"));
    // Between two requests nobody else listens for errors, and an error without a listener would end the program.
    this.on("error", () => {});
    this.ssh.on("error", (error) => this.destroy(withoutSsh(error)));
    this.ssh.on("exit", (code) => {
      // The engine closed the connection, so what came before is to be read to its end.
      if (code === 0 && this.isTaken) this.endAfterOutput();
      else this.destroy(new SshFailure(explainSsh(this.said, endpoint)));
    });
    this.on("agentRemove", () => {
      this.isTaken = true;
    });
    // When a write fails, ssh is ending. Its exit tells the reason.
    this.ssh.stdin.on("error", () => {});
    this.ssh.stdout.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) this.ssh.stdout.pause();
    });
    this.ssh.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.said = (this.said + text).slice(-KEPT);
    });
  }

  override _read(): void {
    this.ssh.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.ssh.stdin.write(chunk, (error) => {
      if (error == null) done();
    });
  }

  override _final(done: () => void): void {
    this.ssh.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.ssh.kill();
    for (const stream of [this.ssh.stdin, this.ssh.stdout, this.ssh.stderr]) stream.destroy();
    done(error);
  }

  private endAfterOutput(): void {
    if (this.ssh.stdout.readableEnded) this.push(null);
    else this.ssh.stdout.once("end", () => this.push(null));
  }

  /**
   * The agent calls this and unref as on any socket: a connection in use keeps the program alive, an idle one does not.
   * So a program that fails and does not close its connections still ends.
   */
  ref(): void {
    this.ssh.ref();
    for (const pipe of this.pipes()) pipe.ref();
  }

  unref(): void {
    this.ssh.unref();
    for (const pipe of this.pipes()) pipe.unref();
  }

  private pipes(): Socket[] {
    const { stdin, stdout, stderr } = this.ssh;
    return [stdin, stdout, stderr].filter((stream) => stream instanceof Socket);
  }
}

/** Opens connections over ssh, and uses a free one again. */
export class SshAgent extends Agent {
  constructor(
    private readonly endpoint: DockerEndpoint,
    connections: number,
  ) {
    super({ keepAlive: true, maxSockets: connections, maxFreeSockets: 1 });
  }

  override createConnection(): Duplex {
    return new SshStream(this.endpoint);
  }

  override keepSocketAlive(stream: Duplex): boolean {
    if (stream instanceof SshStream) stream.unref();
    return true;
  }
}
