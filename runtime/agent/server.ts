import { createServer, get, type Server } from "node:http";
import type { ReadingsBoard } from "./ReadingsBoard";
import type { StatusBoard } from "./StatusBoard";

const ASK_MILLISECONDS = 5000;

/** Serves /healthz, /status and /readings on 127.0.0.1, thus in this network namespace only. */
export function serve(port: number, board: StatusBoard, readings: ReadingsBoard): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, text: string): void => {
      response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
      response.end(request.method === "HEAD" ? undefined : text);
    };
    const complaints = board.complaints();
    if (request.url === "/status")
      answer(200, "application/json", `${JSON.stringify(board.status(), null, 2)}\n`);
    else if (request.url === "/readings")
      answer(200, "application/json", `${JSON.stringify(readings.answer(), null, 2)}\n`);
    else if (request.url !== "/healthz")
      answer(404, "text/plain", "only /healthz, /status and /readings are here\n");
    else if (complaints.length > 0) answer(503, "text/plain", `${complaints.join("\n")}\n`);
    else answer(200, "text/plain", "ok\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** The answer of the running agent. */
export function ask(port: number, path: string): Promise<{ ok: boolean; text: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ASK_MILLISECONDS);
    get({ host: "127.0.0.1", port, path, agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ ok: response.statusCode === 200, text: Buffer.concat(chunks).toString("utf8") }),
      );
    }).on("error", reject);
  });
}
