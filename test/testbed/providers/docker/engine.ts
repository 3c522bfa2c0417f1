import type Docker from "dockerode";
import { z } from "zod";
import { type Failure, hasUnknown, type Properties } from "../provider";

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

const config = z.strictObject({
  host: z.string().default("unix:///var/run/docker.sock"),
  caMaterial: z.string().optional(),
  certMaterial: z.string().optional(),
  keyMaterial: z.string().optional(),
  /** There is no check to disable: nothing is asked of the host before there is something to do. */
  disableDockerDaemonCheck: z.string().optional(),
  /** The engine's own inputs of every provider. */
  version: z.string().optional(),
  pluginDownloadURL: z.string().optional(),
});

type Config = z.infer<typeof config>;

export function checkConfig(inputs: Properties): Failure[] {
  const unsupported = Object.keys(inputs).filter((key) => !(key in config.shape));
  const failures = unsupported.map((property) => ({
    property,
    reason: `the offline docker provider has no such input; it has ${Object.keys(config.shape).join(", ")}`,
  }));
  if (hasUnknown(inputs)) return failures;
  const parsed = config.safeParse(inputs);
  if (!parsed.success) return failures;
  try {
    address(parsed.data);
  } catch (error) {
    failures.push({ property: "host", reason: error instanceof Error ? error.message : String(error) });
  }
  return failures;
}

export function openEngine(inputs: Properties): Engine {
  const parsed = config.parse(inputs);
  const options = address(parsed);
  let client: Promise<Docker> | undefined;
  return {
    url: parsed.host,
    async ask(about, request) {
      // Loaded when first needed: a preview without changes asks nothing of any host.
      client ??= import("dockerode").then(({ default: Client }) => new Client(options));
      try {
        return await request(await client);
      } catch (error) {
        throw explained(error, about, parsed.host);
      }
    },
  };
}

/** Where ssh:// gets its place once the testbed's hosts need it. */
function address({ host, caMaterial, certMaterial, keyMaterial }: Config): Docker.DockerOptions {
  const [scheme, rest] = host.split("://", 2);
  if (scheme === "unix" && rest?.startsWith("/")) return { socketPath: rest };
  if (scheme === "ssh")
    throw new Error(`the offline docker provider cannot reach ${host} over ssh yet; state unix:// or tcp://`);
  if (scheme !== "tcp" || rest === undefined || !URL.canParse(`http://${rest}`))
    throw new Error(`"${host}" is no Docker host: expected unix:///path/to/docker.sock or tcp://name:port`);
  const { hostname, port } = new URL(`http://${rest}`);
  const materials = [caMaterial, certMaterial, keyMaterial].filter((material) => material !== undefined);
  if (materials.length === 0) return { protocol: "http", host: hostname, port: port || "2375" };
  if (caMaterial === undefined || certMaterial === undefined || keyMaterial === undefined)
    throw new Error(`TLS to ${host} needs caMaterial, certMaterial and keyMaterial; one is missing`);
  const tls = { ca: caMaterial, cert: certMaterial, key: keyMaterial };
  return { protocol: "https", host: hostname, port: port || "2376", ...tls };
}

const answered = z.object({ statusCode: z.number(), json: z.unknown(), reason: z.string().optional() });
const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused. Is it running?",
  ENOENT: "there is no such socket. Is it running?",
  EACCES: "permission denied. Is this user in the docker group?",
  EHOSTUNREACH: "no route to the host",
  ENOTFOUND: "the name is not known",
  ETIMEDOUT: "no answer",
  ECONNRESET: "the connection broke off",
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
