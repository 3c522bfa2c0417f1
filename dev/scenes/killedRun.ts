import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** Code of this project that runs in a process of its own, so that a test can kill it. */
export interface Run {
  /** Kills the process and its group with SIGKILL, so that neither can clean up. */
  kill(): void;
}

/** Starts code whose `require` is relative to the project, and waits until it writes something. */
export async function startRun(code: string): Promise<Run> {
  const child = spawn(process.execPath, ["--require", "@swc-node/register", "--eval", code], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  await once(child.stdout, "data");
  const { pid } = child;
  if (pid === undefined) throw new Error("node cannot be run.");
  return { kill: () => void process.kill(-pid, "SIGKILL") };
}
