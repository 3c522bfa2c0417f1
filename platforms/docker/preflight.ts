import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../input/messageOf";
import { DockerConnection } from "./connection";
import { isTooOld, OLDEST_API } from "./engineApi";
import { explainEngine } from "./engineFailure";
import { CONNECT_SECONDS, type DockerEndpoint } from "./host";
import { explainSsh, SshFailure, withoutSsh } from "./sshFailure";
import { sshArguments } from "./sshStream";

/** A host that has not answered in this time, over all steps together, is reported as down. */
const PATIENCE_MILLISECONDS = CONNECT_SECONDS * 1000;

/** How long output is still read after a process has ended. */
const OUTPUT_MILLISECONDS = 200;

/** Looks at a host. Returns a message for the operator if it cannot be worked on. */
export async function probe(endpoint: DockerEndpoint): Promise<string | undefined> {
  const { name, docker } = endpoint;
  try {
    const version = await (docker.startsWith("ssh://")
      ? versionOverSsh(endpoint)
      : versionOverHttp(endpoint));
    requireApi(version);
    return undefined;
  } catch (error) {
    return `host ${name} (${docker}): ${messageOf(error)}`;
  }
}

/** Throws if an engine speaks a version of the API that is too old. */
export function requireApi(version: string): void {
  if (!isTooOld(version)) return;
  throw new Error(
    `its Docker Engine is too old: it speaks API ${version}, and ${OLDEST_API} (Docker 19.03) is the oldest that will do. Update it.`,
  );
}

/** Asks over ssh. This also opens the connection that every later ssh to the host shares. */
async function versionOverSsh(endpoint: DockerEndpoint): Promise<string> {
  await makeSshFolder();
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  // The shared connection of an earlier run may be dead without its ssh having noticed. `stop` only refuses new
  // sessions, so a process that still uses the connection can finish (docs/internals/engines.md, a shared connection).
  await ssh(["-O", "stop", ...sshArguments(endpoint)], deadline);
  const version = "docker version --format '{{.Server.APIVersion}}'";
  const { code, output, said } = await ssh(sshArguments(endpoint, version), deadline);
  if (code === 0) return output.trim();
  throw new SshFailure(explainSsh(said, endpoint));
}

/** Makes the folder in which ssh keeps the shared connections. */
export async function makeSshFolder(): Promise<void> {
  const folder = join(homedir(), ".ssh");
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(
      `ssh needs the folder ${folder} on this machine, and it cannot be made (${messageOf(error)}). Make it yourself, ` +
        "owned by you and with mode 700.",
    );
  }
}

interface SshRun {
  readonly code: number | null;
  readonly output: string;
  readonly said: string;
}

/** Runs ssh, and ends it at the deadline, a time of Date.now(). */
function ssh(args: readonly string[], deadline: number): Promise<SshRun> {
  return new Promise((resolve, reject) => {
    const child = spawn("ssh", args, { stdio: ["ignore", "pipe", "pipe"] });
    const patience = setTimeout(() => child.kill(), deadline - Date.now());
    let output = "";
    let said = "";
    child.stdout.on("data", (text: Buffer) => {
      output += text;
    });
    child.stderr.on("data", (text: Buffer) => {
      said += text;
    });
    child.on("error", (error) => {
      clearTimeout(patience);
      reject(withoutSsh(error));
    });
    const done = (code: number | null) => {
      clearTimeout(patience);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, output, said });
    };
    child.on("close", done);
    // "close" may not come, because the ssh of the shared connection stays in the background and keeps an output of
    // this one open.
    child.on("exit", (code) => setTimeout(done, OUTPUT_MILLISECONDS, code));
  });
}

async function versionOverHttp(endpoint: DockerEndpoint): Promise<string> {
  const connection = await DockerConnection.open(endpoint, CONNECT_SECONDS);
  try {
    const answer = versionAnswer.safeParse(await connection.engine.version());
    if (answer.success) return answer.data.ApiVersion;
  } catch (error) {
    throw new Error(explainEngine(error, endpoint));
  } finally {
    connection.close();
  }
  throw new Error("what answers there is no Docker Engine. Correct `docker` of the host in dokomodo:hosts.");
}

const versionAnswer = z.object({ ApiVersion: z.string() });
