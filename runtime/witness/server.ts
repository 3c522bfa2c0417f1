import { createServer, type IncomingMessage, type Server } from "node:http";
import { BoundedText } from "../BoundedText";
import type { Leases } from "./Leases";
import { BadRequest, leaseRequest, releaseRequest } from "./request";

const MOST_BYTES = 4096;
/** Longer than a proxy keeps an idle connection, so that no proxy sends into one that is just being closed. */
const IDLE_MILLISECONDS = 120_000;
const REQUEST_MILLISECONDS = 10_000;

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * Serves `GET /healthz`, and `POST` and `DELETE` of `/lease/<public key>`, on 127.0.0.1.
 * @param check rejects where leases cannot be kept
 */
export function serve(port: number, leases: Leases, check: () => Promise<void>): Promise<Server> {
  const server = createServer((request, response) => {
    void answerTo(request, leases, check)
      .catch(failureAnswer)
      .then(({ status, body }) => {
        const text = `${JSON.stringify(body)}\n`;
        // The rest of a body that is too long is not read.
        if (!request.complete) response.setHeader("Connection", "close");
        response.writeHead(status, {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(text),
        });
        response.end(text);
      });
  });
  server.keepAliveTimeout = IDLE_MILLISECONDS;
  server.requestTimeout = REQUEST_MILLISECONDS;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

async function answerTo(
  request: IncomingMessage,
  leases: Leases,
  check: () => Promise<void>,
): Promise<Answer> {
  const { method = "", url = "" } = request;
  if (url === "/healthz") {
    await check();
    return { status: 200, body: { ok: true } };
  }
  const key = /^\/lease\/([0-9a-f]{66})$/.exec(url)?.[1];
  if (key === undefined)
    return {
      status: 404,
      body: { error: "only /healthz and /lease/<66 hex digits of a public key> are here" },
    };
  if (key !== leases.key)
    return { status: 403, body: { error: `this witness is for the public key ${leases.key} alone` } };
  if (method === "POST") return ask(leases, await bodyOf(request));
  if (method === "DELETE")
    return { status: 200, body: { released: await leases.release(releaseRequest(await bodyOf(request))) } };
  return {
    status: 405,
    body: { error: "POST asks for the lease, DELETE gives it back; no other method is here" },
  };
}

async function ask(leases: Leases, body: string): Promise<Answer> {
  const decision = await leases.ask(leaseRequest(body));
  if (decision.kind === "granted") return { status: 200, body: { granted: true, renewed: decision.renewed } };
  const { by, seenSeconds, seconds } = decision;
  return {
    status: 409,
    body: { granted: false, holder: by.holder, seenSeconds: tenths(seenSeconds), seconds: tenths(seconds) },
  };
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = new BoundedText(MOST_BYTES);
    request.on("data", (chunk: Buffer) => {
      if (!body.add(chunk)) reject(new BadRequest(`the body must be at most ${MOST_BYTES} bytes long`));
    });
    request.on("end", () => resolve(body.text));
    request.on("error", reject);
  });
}

function failureAnswer(failure: unknown): Answer {
  const error = failure instanceof Error ? failure.message : String(failure);
  if (failure instanceof BadRequest) return { status: 400, body: { error } };
  return { status: 500, body: { error } };
}
