import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../input/messageOf";
import { isTooOld, OLDEST_API, openEngine } from "../../platforms/docker/engineApi";
import { step } from "../progress";
import { canInstallPackages, installPackages } from "./apt";
import { exists } from "./cache";
import { startDockerd } from "./dockerd";
import { findOnPath } from "./executables";
import { logEnd } from "./logEnd";

const ANSWER_SECONDS = 10;
const START_SECONDS = 60;
const AGAIN = "then run this again.";

/** How the Docker Engine of DOCKER_HOST, or the local one, can be used. */
type EngineState =
  | { readonly state: "ready"; readonly apiVersion: string }
  | { readonly state: "absent" | "forbidden" | "unclear"; readonly reason: string };

/**
 * Makes sure that a Docker Engine answers. One that answers is taken as it is. Otherwise it is installed and started if that
 * needs no question (Debian or Ubuntu, as root). If it cannot be, the error says what to run.
 */
export async function prepareDocker(): Promise<void> {
  refuseSsh(process.env["DOCKER_HOST"]);
  const engine = await reach();
  if (engine.state !== "ready") await bringUp(engine);
  else requireApi(engine.apiVersion);
  await requireClient();
}

/** dockerode's own ssh client takes any host key, and the development stack needs an engine that sees this machine's files. */
function refuseSsh(host: string | undefined): void {
  if (host?.startsWith("ssh://") !== true) return;
  throw new Error(
    `DOCKER_HOST is ${host}, and the development stack does not use a Docker Engine over ssh. Set DOCKER_HOST to ` +
      `unix:///path of a socket on this machine, or unset it, ${AGAIN}`,
  );
}

async function reach(): Promise<EngineState> {
  try {
    const { ApiVersion } = await (await openEngine({}, ANSWER_SECONDS)).version();
    return { state: "ready", apiVersion: ApiVersion };
  } catch (error) {
    const reason = messageOf(error);
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ECONNREFUSED") return { state: "absent", reason };
    if (code === "EACCES" || code === "EPERM") return { state: "forbidden", reason };
    return { state: "unclear", reason };
  }
}

function requireApi(version: string): void {
  if (!isTooOld(version)) return;
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

async function bringUp({ state, reason }: Exclude<EngineState, { state: "ready" }>): Promise<void> {
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
  // The package may have started the engine.
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
    // The package only recommends iptables, but dockerd makes no networks without it.
    await installPackages(log, ["docker.io", "iptables"]);
    // Since Debian 13 the client is a package of its own.
    if ((await findOnPath("docker", process.env)) === undefined) await installPackages(log, ["docker-cli"]);
  });
}

async function start(): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(`The Docker Engine does not run. Run \`sudo systemctl start docker\`, ${AGAIN}`);
  }
  await step("Starting the Docker Engine", async (log) => {
    // This folder exists if systemd runs (sd_booted(3)).
    if (await exists("/run/systemd/system")) {
      await log.run("systemctl", ["start", "docker"]);
      requireStarted(await untilReady(START_SECONDS), () => "See `journalctl -u docker`.");
      return;
    }
    const { log: file, hasEnded } = await startDockerd();
    const engine = await untilReady(START_SECONDS, hasEnded);
    requireStarted(engine, () => logEnd(file));
  });
}

function requireStarted(engine: EngineState, whereToLook: () => string): void {
  if (engine.state !== "ready") {
    throw new Error(`The Docker Engine was started and does not answer: ${engine.reason}. ${whereToLook()}`);
  }
  requireApi(engine.apiVersion);
}

/** Waits until the engine answers; its last state if it does not in time or has ended. */
async function untilReady(seconds: number, hasEnded = () => false): Promise<EngineState> {
  const deadline = Date.now() + seconds * 1000;
  let engine = await reach();
  while (engine.state !== "ready" && !hasEnded() && Date.now() < deadline) {
    await sleep(250);
    engine = await reach();
  }
  return engine;
}
