import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "./cache";

/** Where dockerd writes its pid, unless its own configuration says another place (`dockerd --help`, --pidfile). */
const PID_FILE = "/var/run/docker.pid";

/** A Docker Engine that set-up started itself, because no systemd runs. It goes on when set-up has ended. */
export interface StartedEngine {
  /** Absolute path of the engine's log. */
  readonly log: string;
  hasEnded(): boolean;
}

/** Starts dockerd in the background. Whether it comes up shows later: its API answers, or it has ended. */
export async function startDockerd(): Promise<StartedEngine> {
  await removeStalePidFile(PID_FILE);
  const logs = join(cacheDirectory(), "logs");
  mkdirSync(logs, { recursive: true });
  const log = join(logs, "dockerd.log");
  const output = openSync(log, "a");
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", output, output] });
  closeSync(output);
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  daemon.on("error", end);
  daemon.on("exit", end);
  daemon.unref();
  return { log, hasEnded: () => ended };
}

/**
 * Removes the pid file of an engine that was killed, if its pid belongs to another program by now. dockerd would take that
 * program for an engine, and end with "pid file found, ensure docker is not running" (moby pkg/pidfile/pidfile.go).
 */
export async function removeStalePidFile(file: string): Promise<void> {
  const pid = (await readFile(file, "utf8").catch(() => "")).trim();
  if (!/^\d+$/.test(pid)) return;
  const program = (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
  // dockerd itself ignores the file of a process that is gone.
  if (program !== "" && program !== "dockerd") await rm(file, { force: true });
}
