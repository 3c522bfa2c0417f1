import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { startOf } from "../standIns/hosts/daemon";

/**
 * Takes requests: a line with a port of loopback, the path of a daemon's conf or `-`, and the number of bytes that follow.
 * Sends them, and prints the answer in base64, or `!` when nobody listens. It sends everything at once, because Iguana reads
 * a request only once. With a conf it sends the request's first line and the conf's login before it. It needs bash, which
 * reads a line byte by byte, so a request is no line: some have a megabyte.
 */
const CALLS = String.raw`
  value() { sed --quiet "s/^$1=//p" "$conf"; }
  while read -r port conf bytes; do
    if ! exec 3<>"/dev/tcp/127.0.0.1/$port"; then
      head --bytes="$bytes" >/dev/null
      echo '!'
      continue
    fi
    {
      if [ "$conf" != - ]; then
        login=$(printf %s "$(value rpcuser):$(value rpcpassword)" | base64 --wrap=0)
        printf 'POST / HTTP/1.0\r\nAuthorization: Basic %s\r\n' "$login"
      fi
      head --bytes="$bytes"
    } >&3
    base64 --wrap=0 <&3
    echo
    exec 3>&-
  done`;

/**
 * A call that is lost would keep a test waiting until the end of its time, without a word about it. A call is not lost
 * sooner: Iguana answers only after it has called its daemons, and a link holds such a call while a host is cut off.
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
 * Sends a request to a port of a container's loopback. It writes HTTP/1.0 by hand, because Node's own client refuses Iguana's
 * headers (`Content-Length :`).
 * @param command what runs a program in the container, with its standard input open
 */
export async function callOnce(command: readonly string[], request: LoopbackRequest): Promise<string> {
  const session = new Session(command);
  try {
    return await session.call(request, request.conf);
  } finally {
    session.end(new Error("the call is over"));
  }
}

/**
 * The loopback of a container of an engine on this machine. It runs a program in the container's network once and keeps it,
 * because a `docker exec` for each request takes a fifth of a second of a processor. The program is not in the container: a
 * `docker exec` does not end with it, when it is killed while standard input is open.
 */
export class Loopback {
  private pid = 0;
  /** When that process started. The kernel gives its pid to another one later, within minutes on a busy machine. */
  private started: string | undefined;
  private free: Session[] = [];

  /** @param find finds the pid of the container's first process; 0 if it does not run */
  constructor(private readonly find: () => Promise<number>) {}

  /** The whole answer. Rejects if the container does not run, if nobody listens, or if the daemon ends before it has answered. */
  async call(request: LoopbackRequest): Promise<string> {
    const root = await this.root();
    const { pid } = this;
    let session = this.free.pop();
    while (session?.isOpen === false) session = this.free.pop();
    session ??= new Session(["nsenter", "--target", String(pid), "--net", "--"]);
    try {
      return await session.call(request, request.conf && `${root}${request.conf}`);
    } finally {
      // A session whose call was refused is as good as before.
      if (pid === this.pid && session.isOpen) this.free.push(session);
      else session.end(new Error("its container has ended"));
    }
  }

  /** The container's root as this machine sees it. The sessions of a container that has ended are closed. */
  private async root(): Promise<string> {
    const rootOf = () => `/proc/${this.pid}/root`;
    if (this.started !== undefined && startOf(this.pid) === this.started) return rootOf();
    for (const session of this.free) session.end(new Error("its container has ended"));
    this.free = [];
    // For a moment the engine may still name a process that has ended. It is asked again with the next call.
    this.pid = await this.find();
    this.started = startOf(this.pid);
    if (this.started !== undefined) return rootOf();
    throw new Error("the container does not run");
  }
}

/** One program that makes a call at a time. */
class Session {
  private readonly process: ChildProcessWithoutNullStreams;
  private said = "";
  private settle: { resolve(line: string): void; reject(error: Error): void } | undefined;
  isOpen = true;

  constructor([program = "", ...args]: readonly string[]) {
    this.process = spawn(program, [...args, "bash", "-c", CALLS]);
    this.process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.said += text;
    });
    createInterface({ input: this.process.stdout }).on("line", (line) => this.settle?.resolve(line));
    this.process.stdin.on("error", () => {});
    this.process.on("error", (error) => this.end(error));
    this.process.on("close", (code) =>
      this.end(new Error(`${this.said.trim() || "no answer"} (exit code ${code})`)),
    );
  }

  async call({ port, text }: LoopbackRequest, conf = "-"): Promise<string> {
    this.said = "";
    this.keep(true);
    const timer = setTimeout(() => {
      this.end(new Error(`no answer on port ${port} in ${CALL_MILLISECONDS / 1000} s`));
    }, CALL_MILLISECONDS);
    try {
      const line = await new Promise<string>((resolve, reject) => {
        this.settle = { resolve, reject };
        this.process.stdin.write(`${port} ${conf} ${Buffer.byteLength(text)}\n${text}`);
      });
      if (line === "!") throw new Error(`nobody listens on port ${port}. ${this.said.trim()}`);
      return Buffer.from(line, "base64").toString("utf8");
    } finally {
      clearTimeout(timer);
      this.settle = undefined;
      this.keep(false);
    }
  }

  end(error: Error): void {
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
