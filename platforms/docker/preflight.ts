import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { DockerConnection } from "./connection";
import { CONNECT_SECONDS, type DockerEndpoint } from "./host";
import { explainSsh } from "./sshFailure";
import { sshArguments } from "./sshStream";

/** Minor of API 1.40 (Docker 19.03), the first that has all that the containers ask for. */
const OLDEST_MINOR = 40;

/** A host that does not answer in this time, all steps together, is told as down. */
const PATIENCE_MILLISECONDS = CONNECT_SECONDS * 1000;

/** For what a process has said shortly before its end. */
const OUTPUT_MILLISECONDS = 200;

/** What keeps a host from being worked on, in words for the operator; undefined where nothing does. */
export async function probe(endpoint: DockerEndpoint): Promise<string | undefined> {
  const { name, docker } = endpoint;
  try {
    const version = await (docker.startsWith("ssh://")
      ? versionOverSsh(endpoint)
      : versionOverHttp(endpoint));
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major > 1 || minor >= OLDEST_MINOR) return undefined;
    throw new Error(
      `its Docker Engine is too old: it speaks API ${version}, and 1.${OLDEST_MINOR} (Docker 19.03) is the oldest that will do. Update it.`,
    );
  } catch (error) {
    return `host ${name} (${docker}): ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Also opens the connection that every later ssh to the host shares. */
async function versionOverSsh(endpoint: DockerEndpoint): Promise<string> {
  await mkdir(join(homedir(), ".ssh"), { recursive: true, mode: 0o700 });
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  // An earlier run's shared connection may be dead without knowing it. Whoever still uses it may go on.
  await ssh(["-O", "stop", ...sshArguments(endpoint)], deadline);
  const version = "docker version --format '{{.Server.APIVersion}}'";
  const { code, output, said } = await ssh(sshArguments(endpoint, version), deadline);
  if (code === 0) return output.trim();
  throw new Error(explainSsh(said, endpoint));
}

interface SshRun {
  readonly code: number | null;
  readonly output: string;
  readonly said: string;
}

/** Ends it at the deadline, a time of Date.now(). */
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
      reject(new Error(`ssh cannot be run: ${error.message}`));
    });
    const done = (code: number | null) => {
      clearTimeout(patience);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, output, said });
    };
    child.on("close", done);
    // The shared connection goes to the background and keeps an output open, which would keep this program alive.
    child.on("exit", (code) => setTimeout(done, OUTPUT_MILLISECONDS, code));
  });
}

async function versionOverHttp(endpoint: DockerEndpoint): Promise<string> {
  const connection = await DockerConnection.open(endpoint);
  try {
    const answer = await connection.call("GET", "/version", { seconds: CONNECT_SECONDS });
    return versionAnswer.parse(answer).ApiVersion;
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      throw new Error("what answers there is no Docker Engine.");
    throw new Error(`its Docker Engine cannot be reached: ${String(Object(error).message)}.`);
  } finally {
    connection.close();
  }
}

const versionAnswer = z.object({ ApiVersion: z.string() });
