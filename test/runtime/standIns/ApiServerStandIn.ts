import { mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { freePort } from "../processes";
import { LeaseStore, type StoreAnswer, statusOf } from "./leaseStore";
import { selfSigned } from "./selfSigned";

/**
 * What becomes of a call: it is answered; ignored, as by a server that hangs; done, and its answer lost; or refused
 * with a status.
 */
export type Fate = "answer" | "ignore" | "lose" | number;

const VERBS: Readonly<Record<string, string>> = { GET: "get", POST: "create", PUT: "update" };

/** An API server of Leases over HTTPS, with tokens and rights. */
export class ApiServerStandIn {
  readonly store = new LeaseStore();
  readonly calls: string[] = [];
  readonly rights = new Set(["get", "create", "update"]);
  token = "canary-token";
  /** Asked at each call, before it is done. */
  fate: (method: string) => Fate | Promise<Fate> = () => "answer";
  port = 0;
  private authority = "";
  private server: Server | undefined;

  async start(): Promise<this> {
    const { cert, key } = await selfSigned();
    this.authority = cert;
    const server = createServer({ cert, key }, (request, response) => void this.take(request, response));
    server.on("tlsClientError", () => undefined);
    this.server = server;
    this.port = await freePort();
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(undefined));
    this.server = undefined;
  }

  /** Writes what a projected volume holds. */
  give(directory: string): void {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "token"), `${this.token}\n`);
    writeFileSync(join(directory, "ca.crt"), this.authority);
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    this.calls.push(method);
    const body = await textOf(request);
    const fate = await this.fate(method);
    if (fate === "ignore") return;
    const answer =
      typeof fate === "number"
        ? { status: fate, body: statusOf(fate, "as told") }
        : this.answerTo(request, method, url, body);
    if (fate === "lose") return;
    response.writeHead(answer.status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer.body));
  }

  private answerTo(request: IncomingMessage, method: string, url: string, body: string): StoreAnswer {
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return { status: 401, body: statusOf(401, "Unauthorized") };
    const verb = VERBS[method] ?? method;
    if (!this.rights.has(verb))
      return {
        status: 403,
        body: statusOf(403, `leases.coordination.k8s.io is forbidden: User "agent" cannot ${verb} resource`),
      };
    return this.store.answer(method, url, body === "" ? undefined : JSON.parse(body));
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) text += chunk;
  return text;
}
