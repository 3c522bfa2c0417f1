import { readFile } from "node:fs/promises";
import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { join } from "node:path";
import { inspect } from "node:util";
import type Docker from "dockerode";
import { type EngineAddress, openEngine } from "./engineApi";
import { type DockerEndpoint, engineSocket } from "./host";
import { SshAgent } from "./sshStream";

/**
 * How many connections to one engine are open at a time. Over ssh each is a session. sshd allows ten of them per login
 * (docs/internals/engines.md, sessions and logins), and the stack's provider takes SSH_AT_ONCE.
 */
export const CONNECTIONS = 2;

/** Seconds in which an engine has to answer a call that needs no registry. */
const ANSWER_SECONDS = 30;

/**
 * Everything that dockerode would otherwise take from the environment. A host is reached as the stack's config says.
 */
const NOTHING_FROM_ENVIRONMENT: EngineAddress = {
  protocol: "http",
  host: undefined,
  port: undefined,
  socketPath: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
};

/** A host's Docker Engine, reached in the same way as the stack's provider reaches it. */
export class DockerConnection {
  private constructor(
    readonly endpoint: DockerEndpoint,
    /** Its calls behave as openEngine says. explainEngine says what a failure means. */
    readonly engine: Docker,
    private readonly agent: Agent,
  ) {}

  /**
   * Opens no connection before the first call. Throws if the client certificates cannot be read.
   * @param seconds in which each answer has to be there
   * @param connections how many may be open at a time
   */
  static async open(
    endpoint: DockerEndpoint,
    seconds = ANSWER_SECONDS,
    connections = CONNECTIONS,
  ): Promise<DockerConnection> {
    const { agent, ...address } = await addressOf(endpoint, connections);
    describeBriefly(agent);
    const engine = await openEngine({ ...NOTHING_FROM_ENVIRONMENT, ...address, agent }, seconds);
    return new DockerConnection(endpoint, engine, agent);
  }

  /** Ends all connections, also those on which an answer is still awaited. */
  close(): void {
    this.agent.destroy();
  }
}

/**
 * For each call dockerode's transport makes a text of all that it was given, the agent and its connections included, also
 * when nobody reads that text (docker-modem, lib/modem.js, `Sending`). For 40 chains that took a second of a processor.
 */
function describeBriefly(agent: Agent): void {
  Object.defineProperty(agent, inspect.custom, { value: () => "an agent" });
}

async function addressOf(
  endpoint: DockerEndpoint,
  connections: number,
): Promise<EngineAddress & { readonly agent: Agent }> {
  const { docker, certificates } = endpoint;
  const pool = { keepAlive: true, maxSockets: connections, maxFreeSockets: 1 };
  if (docker.startsWith("ssh://")) {
    // dockerode's own ssh client takes any host key, so the system's ssh makes the connections. Each leads to the
    // engine already, so the name `docker` means nothing.
    return { host: "docker", agent: new SshAgent(endpoint, connections) };
  }
  if (docker.startsWith("unix://")) return { socketPath: engineSocket(endpoint), agent: new Agent(pool) };
  const { hostname, port } = new URL(docker.replace("tcp:", "https:"));
  if (certificates === undefined) {
    throw new Error(
      "it is on tcp:// and states no `certificates`, a folder with ca.pem, cert.pem and key.pem.",
    );
  }
  const identity = await readCertificates(certificates);
  return { protocol: "https", host: hostname, port, ...identity, agent: new TlsAgent(pool) };
}

/** Reads the files of `docker --tlsverify` (DOCKER_CERT_PATH). The error names all that cannot be read. */
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
    `its folder of certificates, ${folder}, has no ${unreadable.sort().join(", ")} that can be read. Put the files there, or correct \`certificates\` of the host in dokomodo:hosts.`,
  );
}
