import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DaemonCredentials } from "./plan";

/** Where a body goes. */
export interface Daemon {
  readonly port: number;
  readonly credentials: DaemonCredentials;
}

/** The daemon gave no answer that a client could use. Nothing was sent to the client yet. */
export class NoAnswer extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Some calls take minutes, and a daemon sends nothing meanwhile. */
const MOST_SILENCE_MILLISECONDS = 600_000;
/** A batch of whole blocks. It is passed on in pieces, so no memory is needed for it. */
const MOST_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * Sends the body to the daemon, and the daemon's answer to the client, with its status and as it is. Rejects with
 * NoAnswer if there is none. An answer that breaks off breaks off for the client, too.
 *
 * It tries once: whether a daemon did what it was asked cannot be known if its answer is lost.
 */
export async function forward(
  { port, credentials }: Daemon,
  body: string,
  client: ServerResponse,
): Promise<void> {
  const { rpcUser, rpcPassword } = credentials;
  const call = request({
    host: "127.0.0.1",
    port,
    method: "POST",
    path: "/",
    auth: `${rpcUser}:${rpcPassword}`,
    // Each call has a connection of its own. A kept one may be closed by the other side while a call is on its way.
    agent: false,
    headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
    timeout: MOST_SILENCE_MILLISECONDS,
  });
  // A client that goes away no longer waits for the daemon.
  client.once("close", () => call.destroy());
  const answer = await answerOf(call, body);
  const { statusCode = 502, headers } = answer;
  if (statusCode === 401 || statusCode === 403) {
    answer.resume();
    throw new NoAnswer(502, `the daemon refuses the filter's user, password or address (HTTP ${statusCode})`);
  }
  for (const name of ["content-type", "content-length"] as const) {
    const value = headers[name];
    if (value !== undefined) client.setHeader(name, value);
  }
  client.writeHead(statusCode);
  // What breaks in here has closed the client's connection already.
  await pipeline(answer, bounded(), client).catch(() => {});
}

function answerOf(call: ReturnType<typeof request>, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.on("response", resolve);
    call.on("timeout", () => {
      reject(new NoAnswer(504, `the daemon did not answer in ${MOST_SILENCE_MILLISECONDS / 1000} s`));
      call.destroy();
    });
    // The message of a failure names nothing but addresses, but clients need not know them.
    call.on("error", () => reject(new NoAnswer(503, "the daemon does not answer; try again later")));
    call.end(body);
  });
}

function bounded(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MOST_ANSWER_BYTES) done(new Error("the daemon's answer is too long"));
      else done(null, chunk);
    },
  });
}
