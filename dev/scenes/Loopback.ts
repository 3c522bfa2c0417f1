import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Socket } from "node:net";
import { createInterface } from "node:readline";

/**
 * Takes one request per line: a port of loopback, the path of a daemon's conf or `-`, and the request in base64. Sends the
 * request, and prints the answer in base64, or `!` when nobody listens. It sends everything at once, because Iguana reads a
 * request only once. With a conf it sends the request's first line and the conf's login before it. It needs bash, which all
 * these images have.
 */
const CALLS = String.raw`
  value() { sed --quiet "s/^$1=//p" "$conf"; }
  while read -r port conf request; do
    if ! exec 3<>"/dev/tcp/127.0.0.1/$port"; then
      echo '!'
      continue
    fi
    {
      if [ "$conf" != - ]; then
        login=$(printf %s "$(value rpcuser):$(value rpcpassword)" | base64 --wrap=0)
        printf 'POST / HTTP/1.0\r\nAuthorization: Basic %s\r\n' "$login"
      fi
      printf %s "$request" | base64 --decode
    } >&3
    base64 --wrap=0 <&3
    echo
    exec 3>&-
  done`;

/**
 * A call that an engine has lost would keep a test waiting until the end of its time, without a word about it. A call is not
 * lost sooner: Iguana answers only after it has called its daemons, and a link holds such a call while a host is cut off.
 */
const CALL_MILLISECONDS = 180_000;

/** A request as it goes over the wire, in HTTP/1.0. */
export interface LoopbackRequest {
  readonly port: number;
  /** Path of the daemon's conf. The request's first line and the conf's login are then sent before `text`. */
  readonly conf?: string;
  readonly text: string;
}

/**
 * Sends requests to ports of a container's loopback. It runs a program there once and keeps it, because a `docker exec` for
 * each request takes a fifth of a second of a processor. It writes HTTP/1.0 by hand, because Node's own client refuses
 * Iguana's headers (`Content-Length :`).
 */
export class Loopback {
  private readonly free: Session[] = [];

  /** @param command what runs a program in the container, with its standard input open: `docker exec --interactive east-beer` */
  constructor(private readonly command: readonly string[]) {}

  /** The whole answer. Rejects if the container does not run, if nobody listens, or if it ends before it has answered. */
  async call(request: LoopbackRequest): Promise<string> {
    let session = this.free.pop();
    while (session?.isOpen === false) session = this.free.pop();
    session ??= new Session([...this.command, "bash", "-c", CALLS]);
    const answer = await session.call(request);
    if (session.isOpen) this.free.push(session);
    return answer;
  }
}

/** One program in the container. It has one call at a time. */
class Session {
  private readonly process: ChildProcessWithoutNullStreams;
  private said = "";
  private settle: { resolve(line: string): void; reject(error: Error): void } | undefined;
  isOpen = true;

  constructor([program = "", ...args]: readonly string[]) {
    this.process = spawn(program, args);
    this.process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.said += text;
    });
    createInterface({ input: this.process.stdout }).on("line", (line) => this.settle?.resolve(line));
    this.process.stdin.on("error", () => {});
    this.process.on("error", (error) => this.end(error));
    this.process.on("exit", () => {
      this.isOpen = false;
    });
    this.process.on("close", (code) =>
      this.end(new Error(`${this.said.trim() || "no answer"} (exit code ${code})`)),
    );
  }

  async call({ port, conf = "-", text }: LoopbackRequest): Promise<string> {
    this.said = "";
    this.keep(true);
    const timer = setTimeout(() => {
      this.end(new Error(`no answer on port ${port} in ${CALL_MILLISECONDS / 1000} s`));
    }, CALL_MILLISECONDS);
    try {
      const line = await new Promise<string>((resolve, reject) => {
        this.settle = { resolve, reject };
        this.process.stdin.write(`${port} ${conf} ${Buffer.from(text).toString("base64")}\n`);
      });
      if (line === "!") throw new Error(`nobody listens on port ${port}. ${this.said.trim()}`);
      return Buffer.from(line, "base64").toString("utf8");
    } finally {
      clearTimeout(timer);
      this.settle = undefined;
      this.keep(false);
    }
  }

  private end(error: Error): void {
    this.isOpen = false;
    this.process.kill();
    this.settle?.reject(error);
  }

  /** Between calls it does not keep the test's process alive. */
  private keep(isCalling: boolean): void {
    const { stdin, stdout, stderr } = this.process;
    for (const each of [this.process, stdin, stdout, stderr]) {
      if (each !== this.process && !(each instanceof Socket)) continue;
      if (isCalling) each.ref();
      else each.unref();
    }
  }
}
