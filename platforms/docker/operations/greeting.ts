import { type IncomingHttpHeaders, IncomingMessage } from "node:http";
import type Docker from "dockerode";

/** What an engine says of itself in the headers of its answer to a ping. */
export interface Greeting {
  /** Version of the engine: 28.5.2. Absent if what answers is not Docker's own engine. */
  readonly version?: string | undefined;
  /** Newest version of the API that it speaks: 1.51. */
  readonly apiVersion: string;
  /** Its host's time, to a second. */
  readonly now: Date;
  /** Seconds by which its host's clock is ahead of this machine's. */
  readonly clockAheadSeconds: number;
}

const PING = {
  path: "/_ping",
  method: "GET",
  isStream: true,
  statusCodes: { 200: true, 500: "server error" },
};

/**
 * Pings an engine. `/version` and `/info` say more, and start two programs on the host for each answer
 * (docs/internals/engines.md, what a version costs).
 */
export async function greet(engine: Docker): Promise<Greeting> {
  const began = Date.now();
  const { server, "api-version": apiVersion, date = "" } = await ping(engine);
  // The engine leaves out the fraction of the second, which is half a second on average.
  const now = new Date(Date.parse(date) + 500);
  // Nobody knows when in the round trip the engine read its clock, so the middle counts.
  const ahead = (now.getTime() - (began + Date.now()) / 2) / 1000;
  return {
    version: /^Docker\/(\S+)/.exec(String(server))?.[1],
    apiVersion: String(apiVersion),
    now,
    // Without the addition it could be -0.
    clockAheadSeconds: Math.round(ahead) + 0,
  };
}

function ping(engine: Docker): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    engine.modem.dial(PING, (error, answer) => {
      if (error !== null) return reject(error);
      if (!(answer instanceof IncomingMessage)) return reject(new Error("the engine's ping has no headers"));
      // A connection is used again only after all of an answer was read.
      answer.resume();
      resolve(answer.headers);
    });
  });
}
