import { once } from "node:events";
import { connect } from "node:net";
import type Docker from "dockerode";
import { z } from "zod";
import type { Properties } from "../provider";
import { type Address, readAddress } from "./address";
import { SshAgent } from "./SshAgent";

/** A Docker Engine as the provider's inputs name it. Nothing is opened before the first call. */
export interface Engine {
  /** As in the config: it is what the operator knows the host by. */
  readonly url: string;
  /** Runs one request. `about` begins the message should it fail, such as "container x: cannot start". */
  ask<Answer>(about: string, request: (docker: Docker) => Promise<Answer>): Promise<Answer>;
}

/** What a Docker Engine answered instead of doing what it was asked to. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** How long a host may take to accept a connection. */
const patience = 10_000;

export function openEngine(inputs: Properties): Engine {
  const address = readAddress(inputs);
  const { url } = address;
  let client: Promise<Docker> | undefined;
  return {
    url,
    async ask(about, request) {
      client ??= openClient(address);
      try {
        return await request(await client);
      } catch (error) {
        throw explained(error, about, url);
      }
    },
  };
}

/** When first needed: a preview without changes asks nothing of any host. */
async function openClient({ options, ssh }: Address): Promise<Docker> {
  // They would count for what the config leaves out, and DOCKER_HOST for more than the config's socket.
  for (const name of ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CLIENT_TIMEOUT"])
    delete process.env[name];
  const { default: Client } = await import("dockerode");
  // How long an unreachable host is waited for is said in ssh's own options.
  if (ssh !== undefined) {
    // By a name of its own: dockerode's types do not know the agent that its transport takes.
    const overSsh = { ...options, agent: new SshAgent(ssh) };
    return new Client(overSsh);
  }
  await knock(options);
  return new Client(options);
}

/** The client itself would wait some minutes for a host that does not answer. */
async function knock({ host, port }: Docker.DockerOptions): Promise<void> {
  if (host === undefined) return;
  const socket = connect({ host, port: Number(port), timeout: patience });
  const silent = Object.assign(new Error(), { code: "ETIMEDOUT" });
  socket.on("timeout", () => socket.destroy(silent));
  try {
    await once(socket, "connect");
  } finally {
    socket.destroy();
  }
}

const answered = z.object({ statusCode: z.number(), json: z.unknown(), reason: z.string().optional() });
const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused. Is it running?",
  ENOENT: "there is no such socket. Is it running?",
  EACCES: "permission denied. Is this user in the docker group?",
  EHOSTUNREACH: "no route to the host",
  ENOTFOUND: "the name is not known",
  ENETUNREACH: "no route to the host",
  ETIMEDOUT: `no answer in ${patience / 1000} s`,
  ECONNRESET: "the connection broke off",
  HPE_INVALID_CONSTANT:
    "what answers is no Docker Engine. Does its login print something, such as a greeting?",
};

function explained(error: unknown, about: string, url: string): Error {
  const refusal = answered.safeParse(error);
  if (refusal.success) {
    const { statusCode, json, reason } = refusal.data;
    const said = z.object({ message: z.string() }).safeParse(json);
    const text = said.success ? said.data.message.trim() : (reason ?? "no reason given");
    return new Refused(`${about} on ${url}: ${text}`, statusCode);
  }
  const { code, message } = z
    .object({ code: z.string().catch(""), message: z.string().catch(String(error)) })
    .catch({ code: "", message: String(error) })
    .parse(error);
  if (code === "ABORT_ERR") return new Error(`${about} on ${url}: interrupted`);
  const why = unreachable[code] ?? message;
  return new Error(`${about}: cannot reach the Docker Engine at ${url}: ${why}`);
}

/** Undefined where the engine says that there is no such thing. */
export async function ifThere<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  }
}
