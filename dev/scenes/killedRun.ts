import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** Code of this project that runs in a process of its own, to be killed as somebody may kill a run of tests. */
export interface Run {
  /** Kills the process and what is in its group, at once and without a last word. */
  kill(): void;
}

/** Starts code whose `require` is relative to the project, and waits for the first that it writes. */
export async function startRun(code: string): Promise<Run> {
  const child = spawn(join(ROOT, "node_modules/.bin/tsx"), ["--eval", code], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  await once(child.stdout, "data");
  const { pid } = child;
  if (pid === undefined) throw new Error("tsx cannot be run");
  return { kill: () => void process.kill(-pid, "SIGKILL") };
}
