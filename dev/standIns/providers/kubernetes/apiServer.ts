import { Agent, type RequestOptions, request } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { Properties } from "../provider";
import { at, isMap, listAt, textAt } from "./objects";

/** The API server's answer that refuses a request. */
export class Refused extends Error {
  constructor(
    readonly code: number,
    /** Such as NotFound, AlreadyExists, Conflict, Invalid, Forbidden. */
    readonly reason: string,
    message: string,
    readonly details: unknown,
  ) {
    super(message);
  }
}

export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal: AbortSignal;
}

/** Milliseconds that the first answer may take, and that any other may take. */
const patience = { first: 8_000, other: 60_000 };

/** The API server that a kubeconfig names, or the reason why there is none. Objects pass through it as plain JSON. */
export class ApiServer {
  private readonly agent = new Agent({ keepAlive: true });
  private reached: Promise<string | undefined> | undefined;

  constructor(private readonly config: KubeConfig | string) {}

  /** Undefined when the server answers, or else why not. It is asked once, because a plugin lives for one run of Pulumi. */
  unreachable(): Promise<string | undefined> {
    this.reached ??= this.probe();
    return this.reached;
  }

  async call(call: Call): Promise<Properties> {
    const { status, text } = await this.send(call, patience.other);
    const answer = parsed(text);
    if (status < 300) return isMap(answer) ? answer : {};
    const message = textAt(answer, "message") || text.trim() || `HTTP status ${status}`;
    throw new Refused(status, textAt(answer, "reason"), message, at(answer, "details"));
  }

  /** Reads an object. Undefined when it does not exist. */
  async find(path: string, signal: AbortSignal): Promise<Properties | undefined> {
    try {
      return await this.call({ method: "GET", path, signal });
    } catch (error) {
      if (error instanceof Refused && error.code === 404) return undefined;
      throw error;
    }
  }

  async list(
    path: string,
    signal: AbortSignal,
    query: Readonly<Record<string, string>>,
  ): Promise<readonly unknown[]> {
    return listAt(await this.call({ method: "GET", path, query, signal }), "items");
  }

  private async probe(): Promise<string | undefined> {
    if (typeof this.config === "string") return this.config;
    const what = "unable to load schema information from the API server";
    const call: Call = { method: "GET", path: "/version", signal: AbortSignal.timeout(patience.first) };
    try {
      const { status, text } = await this.send(call, patience.first);
      // A user who may not read the version can still use the server.
      if (status < 400 || status === 403) return undefined;
      return `${what}: ${textAt(parsed(text), "message") || `HTTP status ${status}`}`;
    } catch (error) {
      const server = this.config.getCurrentCluster()?.server ?? "";
      const late = call.signal.aborted ? `no answer in ${patience.first / 1000} s` : messageOf(error);
      return `${what}: ${server}: ${late}`;
    }
  }

  private async send(call: Call, timeout: number): Promise<{ status: number; text: string }> {
    if (typeof this.config === "string") throw new Error(this.config);
    const cluster = this.config.getCurrentCluster();
    if (cluster === null)
      throw new Error("the kubeconfig's context names a cluster that is not in the kubeconfig");
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const options: RequestOptions = {
      method: call.method,
      timeout,
      signal: call.signal,
      headers: {
        Accept: "application/json",
        "User-Agent": "pulumi-kubernetes",
        ...(body === undefined
          ? {}
          : { "Content-Type": call.contentType ?? "application/json", "Content-Length": body.length }),
      },
    };
    await this.config.applyToHTTPSOptions(options);
    // client-node makes a new agent for each call. It is needed only for a proxy.
    if (cluster.proxyUrl === undefined) options.agent = this.agent;
    const url = new URL(cluster.server.replace(/\/$/, "") + call.path);
    for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
    return new Promise((resolve, reject) => {
      const sent = request(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`no answer in ${timeout / 1000} s`)));
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
