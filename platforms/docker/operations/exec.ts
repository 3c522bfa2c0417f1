import { once } from "node:events";
import { PassThrough, type Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { ExecStreams } from "../../operations";
import { Told } from "../../Told";
import { EngineRefusal } from "../engineApi";

/** The engine knows the exit code a moment after the output has ended. */
const LOOKS = 40;
const LOOK_MILLISECONDS = 50;
/** How often the engine is asked whether a command with an open input has ended with its container. */
const WATCH_MILLISECONDS = 2000;

/** Runs a command in a container, with the streams of a person or of a program. Resolves to its exit code. */
export async function execIn(
  engine: Docker,
  container: string,
  command: readonly string[],
  { input, output, errors, terminal = false, signal }: ExecStreams,
): Promise<number> {
  signal?.throwIfAborted();
  const exec = await engine.getContainer(container).exec({
    Cmd: [...command],
    AttachStdin: input !== undefined,
    AttachStdout: true,
    AttachStderr: true,
    Tty: terminal,
  });
  // The connection is the command's own from here on. Only so it can be closed in one direction.
  const stream = await exec.start({ hijack: true, stdin: input !== undefined, Tty: terminal });
  const cut = () => void stream.destroy();
  if (signal?.aborted === true) cut();
  signal?.addEventListener("abort", cut);
  const follow = terminal ? followSize(exec, output) : undefined;
  const unwatch = input === undefined ? undefined : watchEnd(engine, container, exec, cut);
  try {
    // The connection breaks off if it is cut here, or if the command ends before its input does. The engine knows whether
    // the command has ended.
    const ended = finished(stream, { writable: false }).catch((error: unknown) => {
      if (signal?.aborted !== true && input === undefined) throw error;
    });
    if (terminal) stream.on("data", (chunk: Buffer) => output.write(chunk));
    else engine.modem.demuxStream(stream, output, errors);
    input?.on("error", cut);
    input?.pipe(stream);
    await ended;
    signal?.throwIfAborted();
    await Promise.all([flushed(output), flushed(errors)]);
    return await exitCode(exec);
  } finally {
    signal?.removeEventListener("abort", cut);
    input?.off("error", cut);
    input?.unpipe(stream);
    follow?.();
    unwatch?.();
    stream.destroy();
  }
}

/** The output of a command in a container. */
export async function outputOf(
  engine: Docker,
  container: string,
  command: readonly string[],
): Promise<string> {
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on("data", (chunk: Buffer) => chunks.push(chunk));
  const exec = await engine.getContainer(container).exec({
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true });
  engine.modem.demuxStream(stream, output, new PassThrough().resume());
  await finished(stream, { writable: false });
  stream.destroy();
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Calls `onEnd` if a command has ended with its container. An engine does not close the connection of such a command while
 * the input is open (docs/internals/engines.md, the input of a command). It does close that of a command which ends by
 * itself, after all of the output. Returns what ends the watch.
 */
function watchEnd(engine: Docker, container: string, exec: Docker.Exec, onEnd: () => void): () => void {
  const timer = setInterval(async () => {
    if (await hasEndedWith(engine, container, exec)) onEnd();
  }, WATCH_MILLISECONDS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Whether the command and its container have ended. False as well if the engine does not say. */
async function hasEndedWith(engine: Docker, container: string, exec: Docker.Exec): Promise<boolean> {
  try {
    const { Running } = await exec.inspect();
    return !Running && !(await engine.getContainer(container).inspect()).State.Running;
  } catch (error) {
    // The engine forgets the commands of a container that is gone, or that was started again.
    return error instanceof EngineRefusal && error.status === 404;
  }
}

/** Keeps the size of a command's terminal that of `output`. Returns what ends it. */
function followSize(exec: Docker.Exec, output: Writable): () => void {
  const resize = () => {
    const { rows, columns }: { rows?: unknown; columns?: unknown } = Object(output);
    if (typeof rows !== "number" || typeof columns !== "number") return;
    // A command that has ended has no size any more.
    exec.resize({ h: rows, w: columns }).catch(() => undefined);
  };
  resize();
  output.on("resize", resize);
  return () => output.off("resize", resize);
}

/** Resolves when everything that was written has been taken. */
async function flushed(stream: Writable): Promise<void> {
  if (stream.writableNeedDrain) await once(stream, "drain");
}

/** Throws if its container ended with it and was started again: the engine has forgotten the command then. */
async function exitCode(exec: Docker.Exec): Promise<number> {
  for (let looks = 0; ; looks++) {
    const { Running, ExitCode } = await exec.inspect().catch((error: unknown) => {
      if (error instanceof EngineRefusal && error.status === 404)
        throw new Told("the command has ended, because its container has.");
      throw error;
    });
    if (!Running && ExitCode !== null) return ExitCode;
    if (looks >= LOOKS) throw new Error("the command closed its output, and still runs");
    await sleep(LOOK_MILLISECONDS);
  }
}
