import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { SourceFailure, shown } from "./failures";
import type { Run } from "./run";

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Asks for a file from `offset` on, and follows redirects. Resolves with an answer that has a body yet to be read, of
 * any status. A connection that is silent for too long is broken off, then and later.
 */
export async function httpGet(first: URL, offset: number, run: Run): Promise<IncomingMessage> {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await get(url, offset, run);
    const { location } = response.headers;
    if (location === undefined || !REDIRECTS.includes(response.statusCode ?? 0)) return response;
    response.destroy();
    url = redirected(url, location);
  }
  throw new SourceFailure(`redirects more than ${MOST_REDIRECTS} times`, false);
}

function get(url: URL, offset: number, run: Run): Promise<IncomingMessage> {
  const { silence } = run.patience;
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const { get: start } = url.protocol === "https:" ? https : http;
    const request = start(url, {
      // The bytes have to be those of the file, not of some compression of it.
      headers: { "accept-encoding": "identity", ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) },
      // A connection of its own: one that was broken off is not used again, and none keeps the program alive.
      agent: false,
      signal: run.signal,
      timeout: silence,
    });
    request.on("timeout", () => {
      const failure = new SourceFailure(`said nothing for ${silence / 1000} s`, true);
      (answer ?? request).destroy(failure);
    });
    request.on("response", (response) => {
      answer = response;
      resolve(response);
    });
    request.on("error", reject);
  });
}

/** Where a redirect leads. From https it never leads to http. */
export function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new SourceFailure("redirects to something that is no URL", false);
  const to = new URL(location, from);
  const isAllowed = to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:");
  if (!isAllowed) throw new SourceFailure(`redirects to ${shown(to)}, which is not https`, false);
  return to;
}
