import { Writable } from "node:stream";
import type { V1Status } from "@kubernetes/client-node";
import type { ExecStreams } from "../../operations";
import { Told } from "../../Told";
import type { Cluster } from "../kubeconfig";

export interface ExecPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Runs a command in a container of a pod. Resolves to its exit code. */
export async function execIn(
  { config }: Cluster,
  { namespace, pod, container }: ExecPlace,
  command: readonly string[],
  { input, output, errors, terminal = false, signal }: ExecStreams,
): Promise<number> {
  signal?.throwIfAborted();
  const [{ Exec }, { WebSocketHandler }] = await Promise.all([
    import("@kubernetes/client-node"),
    import("@kubernetes/client-node/dist/web-socket-handler.js"),
  ]);
  const told: V1Status[] = [];
  const out = terminal ? new TerminalOutput(output) : new Output(output);
  const error = terminal ? null : new Output(errors);
  // Left to itself, the client would work on the streams of this process.
  const handler = new WebSocketHandler(config, undefined, {
    stdin: process.stdin,
    stdout: out,
    stderr: error ?? out,
  });
  const connection = await new Exec(config, handler)
    .exec(namespace, pod, container, [...command], out, error, input ?? null, terminal, (status) => {
      told.push(status);
    })
    .catch((failure: unknown) => {
      throw new Told(refusal(failure, pod, container));
    });
  const cut = () => connection.close();
  if (signal?.aborted === true) cut();
  signal?.addEventListener("abort", cut);
  try {
    await new Promise<void>((resolve) => connection.addEventListener("close", () => resolve()));
  } finally {
    signal?.removeEventListener("abort", cut);
    out.destroy();
  }
  signal?.throwIfAborted();
  const [status] = told;
  if (status === undefined) throw new Told(`the connection to ${pod} broke off before the command ended.`);
  return exitCode(status, pod, command);
}

/** Hands on what is written. The client ends it, which does not end the stream of the caller. */
class Output extends Writable {
  constructor(protected readonly target: Writable) {
    super();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.target.write(chunk);
    done();
  }
}

/** Has the size of the caller's terminal. The client looks for it, and hears of its changes. */
class TerminalOutput extends Output {
  private readonly resized = () => this.emit("resize");

  constructor(target: Writable) {
    super(target);
    target.on("resize", this.resized);
  }

  get rows(): number {
    return Object(this.target).rows ?? 24;
  }

  get columns(): number {
    return Object(this.target).columns ?? 80;
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.target.off("resize", this.resized);
    done(error);
  }
}

/** What the API server says at the end of a command. */
function exitCode({ status, message, details }: V1Status, pod: string, command: readonly string[]): number {
  if (status === "Success") return 0;
  const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (code !== undefined) return Number(code);
  throw new Told(`${pod} does not run ${command[0]}: ${message ?? "the cluster does not say why"}.`);
}

/** The client has the HTTP status of a refusal in a message, and nothing else of it. */
function refusal(failure: unknown, pod: string, container: string): string {
  const message = String(Object(failure).message ?? failure);
  if (/\b403\b/.test(message)) {
    return `its user may not run commands in pods. Grant a role with create and get on pods/exec, or state another context.`;
  }
  if (/\b(400|404|500)\b/.test(message)) {
    return `container ${container} of ${pod} does not run, so no command can be run in it. Start it first, with \`npx dokomodo start\`.`;
  }
  return `no command can be run in ${pod}: ${message}.`;
}
