import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { FoundProcess, Processes } from "./locks";

/** Ticks of the kernel's clock in a second, as programs see them (proc_pid_stat(5), USER_HZ). */
const TICKS = 100;

/** The processes of this machine. */
export function processesHere(): Processes {
  return { machine: hostname(), find };
}

/** A process that has ended, and that its parent has not been told of, does not count as running. */
function find(pid: number): FoundProcess | undefined {
  if (!existsSync("/proc/stat")) return answersSignals(pid) ? {} : undefined;
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name of the program is in brackets, and may have brackets of its own (proc_pid_stat(5)).
  const end = text.lastIndexOf(")");
  const [state, ...fields] = text.slice(end + 2).split(" ");
  if (state === "Z" || state === "X") return undefined;
  const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  const began = new Date((boot + Number(fields[18]) / TICKS) * 1000);
  return { program: text.slice(text.indexOf("(") + 1, end), began };
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
