import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callDaemon } from "../../cli/rpcCall";

const folder = mkdtempSync(join(tmpdir(), "dokomodo-rpc-"));
const read = (file: string) => readFileSync(join(folder, file), "utf8");
let server: Server;
let answer: (request: IncomingMessage, body: string, response: ServerResponse) => void;

beforeAll(async () => {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem"];
  const subject = ["-subj", "/CN=explorer-clients", "-addext", "subjectAltName=DNS:explorer-clients"];
  execaSync("openssl", ["req", "-x509", ...key, ...subject, "-days", "2", "-out", "certificate.pem"], {
    cwd: folder,
  });
  server = createServer({ key: read("key.pem"), cert: read("certificate.pem") }, (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk;
    });
    request.on("end", () => answer(request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

test("a call goes to the chain's path, and its result comes back", async () => {
  answer = (request, body, response) => {
    const { method, params } = JSON.parse(body);
    response.end(JSON.stringify({ result: { url: request.url, method, params }, error: null }));
  };
  expect(await call()).toEqual({ url: "/BEER", method: "getblock", params: ["tip", 1] });
});

test.each([
  [
    403,
    '{"result":null,"error":{"code":-32601,"message":"it may not call that"}}',
    "it may not call that (error -32601)",
  ],
  [
    500,
    '{"result":null,"error":{"code":-28,"message":"Loading block index..."}}',
    "Loading block index... (error -28)",
  ],
  [502, "<html>", "BEER answered HTTP 502, and not in JSON-RPC"],
])("an answer with HTTP %d is an error", async (status, body, message) => {
  answer = (_request, _body, response) => response.writeHead(status).end(body);
  await expect(call()).rejects.toThrow(message);
});

test("silence ends, and a wrong name is refused", async () => {
  answer = () => {};
  await expect(call(200)).rejects.toThrow(/cannot call BEER at 127\.0\.0\.1:\d+: no answer in 0\.2 s/);
  await expect(call(2000, "another")).rejects.toThrow(/cannot call BEER at .*another/);
});

function call(milliseconds = 5000, name = "explorer-clients"): Promise<unknown> {
  const port = Number(Object(server.address()).port);
  const certificate = read("certificate.pem");
  const access = {
    certificate,
    privateKey: read("key.pem"),
    authority: certificate,
    address: { name, hostname: "127.0.0.1", port },
    chains: {},
  };
  return callDaemon(access, { symbol: "BEER", method: "getblock", params: ["tip", 1] }, milliseconds);
}
