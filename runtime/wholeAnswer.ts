import type { ClientRequest } from "node:http";
import { BoundedText } from "./BoundedText";

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** The answer was longer than `most` bytes. Nothing of it is kept. */
export class TooLong extends Error {
  constructor(readonly most: number) {
    super(`the answer is longer than ${most / 1024} KiB`);
  }
}

/** Lessors and daemons answer most of the agent's calls with a few KiB. */
const MOST_BYTES = 64 * 1024;

/**
 * Sends a request and waits for all of its answer. Rejects where there is none, and with TooLong where it is too
 * long.
 * @param most the longest answer in bytes
 */
export function wholeAnswer(request: ClientRequest, body?: string, most = MOST_BYTES): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    request.on("response", (response) => {
      const answer = new BoundedText(most);
      response.on("data", (chunk: Buffer) => {
        if (!answer.add(chunk)) request.destroy(new TooLong(most));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: answer.text }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}
