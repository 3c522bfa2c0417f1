import { spawn } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as encryptedRequest } from "node:https";
import { homedir } from "node:os";
import { join } from "node:path";
import { CONNECT_SECONDS, type DockerEndpoint, engineSocket, sshOptions } from "./dockerHost";
import { explainSsh } from "./sshFailure";

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
  const { username, hostname, port } = new URL(endpoint.docker);
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  const options = [...sshOptions(endpoint), "-l", username, ...(port === "" ? [] : ["-p", port])];
  // An earlier run's shared connection may be dead without knowing it. Whoever still uses it may go on.
  await ssh([...options, "-O", "stop", hostname], deadline);
  const ask = ["--", hostname, "docker version --format '{{.Server.APIVersion}}'"];
  const { code, output, said } = await ssh([...options, ...ask], deadline);
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
  const { docker, certificates } = endpoint;
  const options = { path: "/version" };
  const ask = async () => {
    if (docker.startsWith("unix://")) return plainRequest({ ...options, socketPath: engineSocket(endpoint) });
    const { hostname, port } = new URL(docker.replace("tcp:", "https:"));
    return encryptedRequest({ ...options, hostname, port, ...(await readCertificates(certificates ?? "")) });
  };
  const request = await ask();
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => {
      request.destroy(new Error(`no answer in ${CONNECT_SECONDS} s`));
    }, PATIENCE_MILLISECONDS);
    request.on("close", () => clearTimeout(patience));
    request.on("response", (response: IncomingMessage) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        try {
          resolve(String(JSON.parse(text).ApiVersion));
        } catch {
          reject(new Error("what answers there is no Docker Engine."));
        }
      });
    });
    request.on("error", (error) =>
      reject(new Error(`its Docker Engine cannot be reached: ${error.message}.`)),
    );
    request.end();
  });
}

/** The files of `docker --tlsverify` (DOCKER_CERT_PATH); all that cannot be read are named at once. */
async function readCertificates(folder: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  const unreadable: string[] = [];
  const read = (file: string) =>
    readFile(join(folder, file)).catch(() => {
      unreadable.push(file);
      return Buffer.alloc(0);
    });
  const [ca, cert, key] = await Promise.all([read("ca.pem"), read("cert.pem"), read("key.pem")]);
  if (unreadable.length === 0) return { ca, cert, key };
  throw new Error(
    `its folder of certificates, ${folder}, has no ${unreadable.sort().join(", ")} that can be read.`,
  );
}
