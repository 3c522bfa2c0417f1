import { type IncomingMessage, request, type Server } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FilterPlan } from "../../../runtime/filter/plan";
import { MOST_BODY_BYTES, serve } from "../../../runtime/filter/server";
import { freePort, until } from "../processes";
import { DaemonStandIn } from "./DaemonStandIn";

const PASSWORD = "p:ä secret";
const BASIC = `Basic ${Buffer.from(`dokomodo:${PASSWORD}`).toString("base64")}`;
const CALL = '{"id":7,"method":"getblockcount","params":[]}';
const LENGTH = `Content-Length: ${CALL.length}`;

/** The head of a request as it is on the wire. */
function head(...more: readonly string[]): string {
  return ["POST /BEER HTTP/1.1", "Host: a", "X-Dokomodo-Client: wallet", ...more, "", ""].join("\r\n");
}

let daemon: DaemonStandIn;
let server: Server;
let plan: FilterPlan;
let lines: string[];

beforeEach(async () => {
  daemon = await DaemonStandIn.start();
  lines = [];
  plan = {
    port: await freePort(),
    chains: { BEER: { rpcPort: daemon.port }, GONE: { rpcPort: await freePort() } },
    clients: { wallet: { chains: ["BEER", "GONE"], allow: ["getblockcount"] } },
  };
  const credentials = { rpcUser: "dokomodo", rpcPassword: PASSWORD };
  server = await serve(
    { plan, secrets: { BEER: credentials, GONE: credentials }, log: (line) => lines.push(line) },
    { requestMilliseconds: 700, checkMilliseconds: 100 },
  );
});

afterEach(async () => {
  for (const line of lines) expect(line).not.toContain("secret");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await daemon.end();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

function post(
  body: string | Buffer,
  {
    path = "/BEER",
    method = "POST",
    headers = { "X-Dokomodo-Client": "wallet" } as Record<string, string>,
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port: plan.port, path, method, headers, agent: false });
    call.on("error", reject);
    call.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    call.end(body);
  });
}

/** Writes the texts to one connection, and gives what came back until the filter closed it. */
async function spoken(...texts: string[]): Promise<string> {
  const socket = connect(plan.port, "127.0.0.1");
  let heard = "";
  socket.on("data", (chunk: Buffer) => {
    heard += chunk.toString("utf8");
  });
  const closed = new Promise<void>((resolve) => {
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
  for (const text of texts) {
    socket.write(text);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await closed;
  return heard;
}

const error = (text: string): unknown => JSON.parse(text).error.message;

test("a call reaches the daemon with its own credentials, and with nothing else of the caller", async () => {
  const answer = await post(` ${CALL} `, {
    headers: {
      "X-Dokomodo-Client": "wallet",
      Authorization: "Basic stolen",
      Cookie: "a=b",
      "X-Forwarded-For": "10.0.0.1",
      "Content-Type": "text/plain",
      Connection: "keep-alive",
      Expect: "100-continue",
    },
  });
  expect(answer).toMatchObject({ status: 200, text: '{"result":1,"error":null,"id":1}\n' });
  expect(daemon.received).toEqual([
    {
      method: "POST",
      url: "/",
      body: CALL,
      headers: {
        authorization: BASIC,
        "content-type": "application/json",
        "content-length": String(CALL.length),
        host: `127.0.0.1:${daemon.port}`,
        connection: "close",
      },
    },
  ]);
  expect(lines).toEqual([]);
});

test("the daemon's answer is passed on with its status, byte by byte and while it arrives", async () => {
  let rest: () => void = () => {};
  daemon.answer = (response) => {
    response.writeHead(500, { "Content-Type": "application/json", "X-Daemon": "1", "Set-Cookie": "a=b" });
    response.write('{"result":null, "error":{"code":-28,"message":"Loading block index...", ');
    rest = () => response.end('"amount":1.00000000000000000001},"id":7}');
  };
  const heard = spoken(head("Connection: close", LENGTH) + CALL);
  await until(() => daemon.received.length === 1);
  rest();
  const text = await heard;
  expect(text).toMatch(/^HTTP\/1\.1 500 /);
  expect(text).not.toMatch(/x-daemon|set-cookie/i);
  expect(text).toContain('"amount":1.00000000000000000001},"id":7}');
});

test("many calls use one connection, in pieces or not", async () => {
  const chunked = `${head("Transfer-Encoding: chunked")}5\r\n${CALL.slice(0, 5)}\r\n`;
  const tail = `${(CALL.length - 5).toString(16)}\r\n${CALL.slice(5)}\r\n0\r\n\r\n`;
  const heard = await spoken(head(LENGTH) + CALL, chunked, tail, head("Connection: close", LENGTH) + CALL);
  expect(heard.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  expect(daemon.received.map(({ body }) => body)).toEqual([CALL, CALL, CALL]);
});

test("a call that is refused does not reach the daemon, and is in the log without its params", async () => {
  const answer = await post('{"id":1,"method":"dumpprivkey","params":["secret"]}');
  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.text)).toEqual({
    result: null,
    error: {
      code: -32601,
      message: "client wallet may not call dumpprivkey on BEER; it may call getblockcount",
    },
    id: 1,
  });
  expect(lines).toEqual(["refused client wallet on BEER: dumpprivkey"]);
  expect(daemon.received).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  ["no header", {}],
  ["a header of another spelling", { X_Dokomodo_Client: "wallet" }],
])("status 403 for a caller with %s", async (_name, headers) => {
  const answer = await post(CALL, { headers });
  expect([answer.status, error(answer.text)]).toEqual([403, "the caller has no client certificate's name"]);
  expect(daemon.received).toEqual([]);
});

test("status 403 for a caller with two names, of whom it could be either", async () => {
  const heard = await spoken(head("Connection: close", "x-dokomodo-client: wallet", LENGTH) + CALL);
  expect(heard).toMatch(/^HTTP\/1\.1 403 /);
  expect(daemon.received).toEqual([]);
});

test("a body of the largest size passes, a longer one does not, and its rest is not waited for", async () => {
  const pad = (length: number) => `{"method":"getblockcount","params":["${"a".repeat(length - 40)}"]}`;
  expect(pad(MOST_BODY_BYTES)).toHaveLength(MOST_BODY_BYTES);
  expect((await post(pad(MOST_BODY_BYTES))).status).toBe(200);
  const head =
    "POST /BEER HTTP/1.1\r\nHost: a\r\nX-Dokomodo-Client: wallet\r\nContent-Length: 900000000\r\n\r\n";
  const heard = await spoken(head, "a".repeat(MOST_BODY_BYTES + 1));
  expect(heard).toMatch(/^HTTP\/1\.1 413 /);
  expect(heard).toContain("the body must be at most 1024 KiB long");
  expect(daemon.received).toHaveLength(1);
});

test.each([
  ["its headers", "POST /BEER HTTP/1.1\r\nHost: a\r\nX-Dokomodo-Client: wal"],
  ["its body", `${head("Content-Length: 50")}{"method"`],
])("a client that does not finish %s is let go", async (_name, text) => {
  const started = Date.now();
  expect(await spoken(text)).toMatch(/^(HTTP\/1\.1 408 |$)/);
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(daemon.received).toEqual([]);
});

test("two lengths of one body are refused", async () => {
  const heard = await spoken(`${head(LENGTH, "Transfer-Encoding: chunked")}0\r\n\r\n`);
  expect(heard).toMatch(/^HTTP\/1\.1 400 /);
  expect(daemon.received).toEqual([]);
});

test("a daemon that is away is status 503 with an error for each call", async () => {
  const answer = await post(`[${CALL},${CALL}]`, { path: "/GONE" });
  expect(answer.status).toBe(503);
  const message = "GONE: the daemon does not answer; try again later";
  const call = { result: null, error: { code: -32603, message }, id: 7 };
  expect(JSON.parse(answer.text)).toEqual([call, call]);
  expect(lines).toEqual(["no answer for client wallet on GONE: the daemon does not answer; try again later"]);
});

test("a daemon that drops the call is status 503, and it is called once", async () => {
  daemon.answer = (response) => response.destroy();
  expect((await post(CALL)).status).toBe(503);
  expect(daemon.received).toHaveLength(1);
});

test.each([401, 403])("a daemon that refuses the filter (%i) is no refusal of the client", async (status) => {
  daemon.answer = (response) => {
    response.writeHead(status, { "WWW-Authenticate": 'Basic realm="jsonrpc"' });
    response.end();
  };
  const answer = await post(CALL);
  expect([answer.status, error(answer.text)]).toEqual([
    502,
    `BEER: the daemon refuses the filter's user, password or address (HTTP ${status})`,
  ]);
  expect(answer.headers["www-authenticate"]).toBeUndefined();
});

test("an answer that breaks off breaks off for the client, too", async () => {
  daemon.answer = (response) => {
    response.writeHead(200, { "Content-Length": "1000" });
    response.write('{"result":');
    setTimeout(() => response.destroy(), 50);
  };
  await expect(post(CALL)).rejects.toThrow();
});

test("a client that goes away no longer keeps the daemon's connection", async () => {
  daemon.answer = () => {};
  const socket = connect(plan.port, "127.0.0.1");
  socket.write(head(LENGTH) + CALL);
  await until(() => daemon.received.length === 1);
  socket.destroy();
  await until(() => daemon.abandoned === 1);
  expect(lines).toEqual([]);
});

test("GET /healthz answers anybody, GET of a chain is status 405", async () => {
  expect(await post("", { path: "/healthz", method: "GET", headers: {} })).toMatchObject({ status: 200 });
  const answer = await post("", { method: "GET" });
  expect([answer.status, answer.headers.allow]).toEqual([405, "POST"]);
  expect((await post("", { path: "/healthz" })).status).toBe(403);
});
