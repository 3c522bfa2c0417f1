import type { ChildProcess, ChildProcessWithoutNullStreams } from "node:child_process";
import { createServer } from "node:net";

/** The exit code of a process that was ended or ends; null where a signal did it. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("close", (code) => resolve(code)));
}

/** What a process has written until now; it grows. */
export function saidBy(child: ChildProcessWithoutNullStreams): {
  readonly out: string;
  readonly error: string;
} {
  const said = { out: "", error: "" };
  child.stdout.on("data", (text: Buffer) => {
    said.out += text;
  });
  child.stderr.on("data", (text: Buffer) => {
    said.error += text;
  });
  return said;
}

/** Waits until something holds; what it last saw is in the error. */
export async function until(what: () => Promise<boolean> | boolean, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      if (await what()) return;
    } catch (failure) {
      if (Date.now() > end) throw failure;
    }
    if (Date.now() > end) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Below those that the kernel gives to outgoing connections, so that one that is free for a moment stays so. */
const PORTS = { first: 20_000, count: 12_000 };
let nextPort = (process.pid * 101) % PORTS.count;

/** A port that nobody listens on, another at each call. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + nextPort;
    nextPort = (nextPort + 1) % PORTS.count;
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
