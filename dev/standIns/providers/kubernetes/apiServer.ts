import { Agent, type RequestOptions, request } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { Properties } from "../provider";
import { at, isMap, listAt, textAt } from "./objects";

/** The API server's own answer when it does not do what it was asked. */
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

/** How long the first answer may take, and any other (ms). */
const patience = { first: 8_000, other: 60_000 };

/** One API server, as a kubeconfig names it, or why there is none. Objects pass as they are: no model narrows them. */
export class ApiServer {
  private readonly agent = new Agent({ keepAlive: true });
  private reached: Promise<string | undefined> | undefined;

  constructor(private readonly config: KubeConfig | string) {}

  /** Undefined when it answers, else why not. Asked once: a plugin lives as long as one preview or update. */
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

  /** The object, or undefined where there is none. */
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
      // Whoever is known but may not see the version is let in.
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
    if (cluster === null) throw new Error("the kubeconfig's context names no cluster that it has");
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
    // client-node makes an agent for each call; only one for a proxy is of use.
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
