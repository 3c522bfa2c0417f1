import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { type StepLog, step } from "../progress";
import { canInstallPackages, installPackages } from "./apt";
import { cacheDirectory, exists } from "./cache";
import { findOnPath } from "./executables";

/** Docker 19.03, the first whose API has all that the stack's containers ask for. */
const OLDEST_API = "1.40";
const START_SECONDS = 60;
const AGAIN = "then run this again.";

type Engine =
  | { readonly state: "ready"; readonly apiVersion: string }
  | { readonly state: "absent" | "forbidden" | "unclear"; readonly reason: string };

/**
 * Sees to a Docker Engine on this machine: one that answers is taken as it is; otherwise it is installed and started
 * where that can be done without a question (Debian or Ubuntu, as root), and where not, the error says what to run.
 */
export async function prepareDocker(): Promise<void> {
  const engine = await reach();
  if (engine.state !== "ready") await bringUp(engine);
  else requireApi(engine.apiVersion);
  await requireClient();
}

async function reach(): Promise<Engine> {
  try {
    const { ApiVersion } = await new Docker({ timeout: 10_000 }).version();
    return { state: "ready", apiVersion: ApiVersion };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ECONNREFUSED") return { state: "absent", reason };
    if (code === "EACCES" || code === "EPERM") return { state: "forbidden", reason };
    return { state: "unclear", reason };
  }
}

/** Versions of the API are two numbers. */
function isOlder(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

function requireApi(version: string): void {
  if (!isOlder(version, OLDEST_API)) return;
  throw new Error(
    `The Docker Engine is too old: it speaks API ${version}, and dokomodo needs ${OLDEST_API} (Docker 19.03) or ` +
      `newer. Update it (https://docs.docker.com/engine/install), ${AGAIN}`,
  );
}

async function requireClient(): Promise<void> {
  if ((await findOnPath("docker", process.env)) !== undefined) return;
  throw new Error(
    "The Docker Engine answers, but there is no `docker` command on the path. Install Docker's command line client " +
      `(https://docs.docker.com/engine/install), ${AGAIN}`,
  );
}

async function bringUp({ state, reason }: Exclude<Engine, { state: "ready" }>): Promise<void> {
  const host = process.env["DOCKER_HOST"];
  if (host !== undefined && host !== "") {
    throw new Error(
      `The Docker Engine of DOCKER_HOST=${host} cannot be used: ${reason}. Start it, or unset DOCKER_HOST, ${AGAIN}`,
    );
  }
  if (state === "forbidden") {
    throw new Error(
      `There is a Docker Engine, but you may not use it: ${reason}. Run \`sudo usermod -aG docker "$USER"\`, log in ` +
        `again, ${AGAIN}`,
    );
  }
  if (state === "unclear") {
    throw new Error(`The Docker Engine cannot be used: ${reason}. Mend that, ${AGAIN}`);
  }
  const isInstalled = (await findOnPath("dockerd", process.env)) !== undefined;
  if (!isInstalled) await install();
  // The package may have started it.
  const started = isInstalled ? await reach() : await untilReady(3);
  if (started.state !== "ready") await start();
}

async function install(): Promise<void> {
  if (!(await canInstallPackages())) {
    throw new Error(
      "There is no Docker Engine on this machine. On Debian or Ubuntu run " +
        "`sudo apt-get install docker.io`, elsewhere see https://docs.docker.com/engine/install, " +
        AGAIN,
    );
  }
  await step("Installing Docker", async (log) => {
    // Without iptables, which is only recommended, dockerd has no networks.
    await installPackages(log, ["docker.io", "iptables"]);
    // From Debian 13 on the client is a package of its own.
    if ((await findOnPath("docker", process.env)) === undefined) await installPackages(log, ["docker-cli"]);
  });
}

async function start(): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(`The Docker Engine does not run. Run \`sudo systemctl start docker\`, ${AGAIN}`);
  }
  await step("Starting the Docker Engine", async (log) => {
    // Where systemd runs (sd_booted(3)).
    const hasSystemd = await exists("/run/systemd/system");
    const startedBy = hasSystemd ? await startUnit(log) : startInBackground();
    const engine = await untilReady(START_SECONDS);
    if (engine.state !== "ready") {
      throw new Error(
        `The Docker Engine was started and does not answer: ${engine.reason}. See \`${startedBy}\`.`,
      );
    }
    requireApi(engine.apiVersion);
  });
}

/** The command that shows what the engine says. */
async function startUnit(log: StepLog): Promise<string> {
  await log.run("systemctl", ["start", "docker"]);
  return "journalctl -u docker";
}

function startInBackground(): string {
  const file = join(cacheDirectory(), "logs", "dockerd.log");
  mkdirSync(join(cacheDirectory(), "logs"), { recursive: true });
  const output = openSync(file, "a");
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", output, output] });
  // Whether it came up is seen by asking it.
  daemon.on("error", () => {});
  daemon.unref();
  return `tail ${file}`;
}

async function untilReady(seconds: number): Promise<Engine> {
  const deadline = Date.now() + seconds * 1000;
  let engine = await reach();
  while (engine.state !== "ready" && Date.now() < deadline) {
    await sleep(250);
    engine = await reach();
  }
  return engine;
}
