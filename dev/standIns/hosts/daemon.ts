import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { logEnd } from "../../toolchain/logEnd";

/** A program that runs in the background. It goes on after the process that started it. */
export interface Daemon {
  readonly pid: number;
  /** Absolute path of its log. */
  readonly log: string;
}

/** Where a program of a host runs. */
export interface Place {
  /** Name of the network namespace. */
  readonly namespace: string;
  readonly hostname: string;
}

/** Starts a program in a host's network namespace, under the host's name. */
export function startDaemon(place: Place, log: string, file: string, args: readonly string[]): Daemon {
  // Each of these programs replaces itself by the next, so the pid is that of the last one. `ip netns exec` is not used,
  // because it mounts another /sys, in which a Docker Engine finds no cgroups.
  const command = [
    `--net=/run/netns/${place.namespace}`,
    ...["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', place.hostname],
    ...[file, ...args],
  ];
  const output = openSync(log, "a");
  const child = spawn("nsenter", command, { detached: true, stdio: ["ignore", output, output] });
  closeSync(output);
  // `untilAnswers` finds out whether the program has started, so the event is ignored.
  child.on("error", () => {});
  child.unref();
  if (child.pid === undefined)
    throw new Error(
      `${file} cannot be started, because nsenter cannot be run. Install the package util-linux, then run this again.`,
    );
  return { pid: child.pid, log };
}

/** Waits until a daemon answers. Rejects with the end of its log when it has ended, or has not answered after 60 s. */
export async function untilAnswers(
  what: string,
  daemon: Daemon,
  answers: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await answers())) {
    const ended = !isRunning(daemon.pid);
    if (ended || Date.now() > deadline) {
      throw new Error(`${what} ${ended ? "ended" : "does not answer after 60 s"}. ${logEnd(daemon.log)}`);
    }
    await sleep(50);
  }
}

/** Whether a process runs. */
export function isRunning(pid: number): boolean {
  return startOf(pid) !== undefined;
}

/**
 * When a process started, in clock ticks since the machine's start. Together with the pid this identifies a process.
 * Undefined if it does not run. A zombie, whose parent has not collected it yet, does not run: it has no network any more.
 */
export function startOf(pid: number): string | undefined {
  const [state = "X", ...fields] = statusOf(pid) ?? [];
  return state === "Z" || state === "X" ? undefined : fields[18];
}

export async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20);
}

/** The fields of /proc/PID/stat from the third on (proc_pid_stat(5)). The second field is cut off, as it may have blanks. */
function statusOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    return undefined;
  }
}
