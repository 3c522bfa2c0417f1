import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { errorAnswer, INTERNAL_ERROR, INVALID_REQUEST, writeRequest } from "./calls";
import { forward, NoAnswer } from "./forward";
import { Gate, printable, type Verdict } from "./Gate";
import type { FilterPlan, FilterSecrets } from "./plan";

/** The header in which the proxy states the name of the client's certificate. It deletes what comes from outside. */
export const CLIENT_HEADER = "x-dokomodo-client";

/** The largest body, in bytes: room for a large signed transaction as hex. */
export const MOST_BODY_BYTES = 1024 * 1024;
/** Proxies keep connections, so these are the calls of all clients at once and some that are idle. */
const MOST_CONNECTIONS = 128;
/** Longer than a proxy keeps an idle connection, so that no proxy sends into one that is just being closed. */
const IDLE_MILLISECONDS = 120_000;
const HEADERS_MILLISECONDS = 10_000;
const REQUEST_MILLISECONDS = 30_000;
/** How often Node looks for connections that are above these times. */
const CHECK_MILLISECONDS = 5_000;

/** Its times can be shortened, for tests. */
export interface ServerTimes {
  readonly requestMilliseconds?: number;
  readonly checkMilliseconds?: number;
}

/** What the server answers with. */
export interface Filter {
  readonly plan: FilterPlan;
  readonly secrets: FilterSecrets;
  /** Gets a line per request that was refused or got no answer; never a param or a secret. */
  readonly log: (line: string) => void;
}

/** Serves `GET /healthz`, and `POST /<symbol>` for the clients of the plan, on 127.0.0.1. */
export function serve(
  filter: Filter,
  { requestMilliseconds = REQUEST_MILLISECONDS, checkMilliseconds = CHECK_MILLISECONDS }: ServerTimes = {},
): Promise<Server> {
  const gate = new Gate(filter.plan);
  const server = createServer(
    {
      headersTimeout: Math.min(HEADERS_MILLISECONDS, requestMilliseconds),
      requestTimeout: requestMilliseconds,
      connectionsCheckingInterval: checkMilliseconds,
      keepAliveTimeout: IDLE_MILLISECONDS,
    },
    (request, response) => {
      void answer(request, response, gate, filter).catch((failure: unknown) => {
        // A client that went away while it sent its body needs no answer.
        if (response.destroyed) return;
        filter.log(`failed: ${failure instanceof Error ? failure.message : "unknown"}`);
        sendError(response, 500, INTERNAL_ERROR, "the filter failed; its log says why");
      });
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(filter.plan.port, "127.0.0.1", () => resolve(server));
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  gate: Gate,
  filter: Filter,
): Promise<void> {
  const { method = "", url = "" } = request;
  if (method === "GET" && url === "/healthz") return send(response, 200, '{"ok":true}\n');
  const client = clientOf(request);
  const body = await bodyOf(request);
  if (body === undefined) {
    const why = `the body must be at most ${MOST_BODY_BYTES / 1024} KiB long`;
    filter.log(`refused client ${printable(client ?? "?")}: ${why}`);
    return sendError(response, 413, INVALID_REQUEST, why);
  }
  const verdict = gate.judge({ client, httpMethod: method, path: url, body });
  if (verdict.kind === "forward") return pass(verdict, client ?? "?", response, filter);
  filter.log(verdict.line);
  if (verdict.status === 405) response.setHeader("Allow", "POST");
  send(response, verdict.status, verdict.answer);
}

async function pass(
  { symbol, request }: Extract<Verdict, { kind: "forward" }>,
  client: string,
  response: ServerResponse,
  { plan, secrets, log }: Filter,
): Promise<void> {
  const chain = plan.chains[symbol];
  const credentials = secrets[symbol];
  // readPlan and readSecrets have checked both.
  if (chain === undefined || credentials === undefined) throw new Error(`${symbol} is not in the plan`);
  try {
    await forward({ port: chain.rpcPort, credentials }, writeRequest(request), response);
  } catch (failure) {
    if (!(failure instanceof NoAnswer)) throw failure;
    if (response.destroyed) return;
    const { status, message } = failure;
    log(`no answer for client ${printable(client)} on ${symbol}: ${message}`);
    send(
      response,
      status,
      errorAnswer(request, INTERNAL_ERROR, () => `${symbol}: ${message}`),
    );
  }
}

/** Undefined unless the proxy has set exactly one. */
function clientOf({ headersDistinct }: IncomingMessage): string | undefined {
  const [name, ...others] = headersDistinct[CLIENT_HEADER] ?? [];
  return others.length === 0 ? name : undefined;
}

/** Undefined if it is too long. The rest of it is not read then. */
function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MOST_BODY_BYTES) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the client went away")));
  });
}

function sendError(response: ServerResponse, status: number, code: number, message: string): void {
  send(
    response,
    status,
    errorAnswer(undefined, code, () => message),
  );
}

function send(response: ServerResponse, status: number, text: string): void {
  if (!response.req.complete) response.setHeader("Connection", "close");
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}
