import { once } from "node:events";
import { connect } from "node:net";
import type Docker from "dockerode";
import { z } from "zod";
import type { Properties } from "../provider";
import { type Address, readAddress } from "./address";
import { SshAgent } from "./SshAgent";

/** The Docker Engine that the provider's inputs name. No connection is opened before the first request. */
export interface Engine {
  /** URL as the config states it, because the operator knows the host by it. */
  readonly url: string;
  /** Makes one request. The message of a failure begins with `about`, such as "container x: cannot start". */
  ask<Answer>(about: string, request: (docker: Docker) => Promise<Answer>): Promise<Answer>;
  /** Ends the connections that wait for further requests. */
  close(): void;
}

/** A Docker Engine's answer that refuses a request. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Milliseconds that a host may take to accept a connection. */
const patience = 10_000;

export function openEngine(inputs: Properties): Engine {
  const address = readAddress(inputs);
  const { url, ssh } = address;
  const agent = ssh === undefined ? undefined : new SshAgent(ssh);
  let client: Promise<Docker> | undefined;
  return {
    url,
    close: () => agent?.destroy(),
    async ask(about, request) {
      client ??= openClient(address, agent);
      try {
        return await request(await client);
      } catch (error) {
        throw explained(error, about, url);
      }
    },
  };
}

/** Called for the first request only, so a preview without changes contacts no host. */
async function openClient({ options }: Address, agent: SshAgent | undefined): Promise<Docker> {
  // dockerode would use these variables for settings that the config leaves out, and DOCKER_HOST even before its socket.
  for (const name of ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CLIENT_TIMEOUT"])
    delete process.env[name];
  const { default: Client } = await import("dockerode");
  // For ssh, the options of ssh say how long to wait for a host that does not answer.
  if (agent !== undefined) {
    // A variable avoids the check for unknown keys: dockerode's types lack `agent`, which its transport accepts.
    const overSsh = { ...options, agent };
    return new Client(overSsh);
  }
  await knock(options);
  return new Client(options);
}

/** Connects once with a short limit, because the client itself waits some minutes for a host that does not answer. */
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

/** Turns the engine's answer that an object does not exist into undefined. */
export async function ifThere<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  }
}
