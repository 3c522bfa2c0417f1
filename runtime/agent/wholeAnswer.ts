import type { ClientRequest } from "node:http";

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** What those that are asked for a lease answer is far shorter. */
const MOST_CHARACTERS = 64 * 1024;

/** Sends a request and waits for all of its answer; rejects where there is none, or one that is too long. */
export function wholeAnswer(request: ClientRequest, body?: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > MOST_CHARACTERS) request.destroy(new Error("the answer is too long"));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}
