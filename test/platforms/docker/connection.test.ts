import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CONNECTIONS, DockerConnection } from "../../../platforms/docker/connection";
import { EngineRefusal } from "../../../platforms/docker/engineApi";
import { FakeEngine } from "./fakeEngine";

const OK: RequestListener = (_, response) => response.end('{"ApiVersion":"1.44"}');

let fake: FakeEngine;
let connection: DockerConnection;

async function connect(listener: RequestListener, seconds?: number): Promise<DockerConnection> {
  fake = await FakeEngine.start(listener);
  connection = await DockerConnection.open(fake.endpoint, seconds);
  return connection;
}

afterEach(async () => {
  connection.close();
  vi.unstubAllEnvs();
  await fake[Symbol.asyncDispose]();
});

describe("a connection to a Docker Engine", () => {
  test.each([
    ["tcp://127.0.0.1:1"],
    ["tcp://127.0.0.1:2376"],
    ["ssh://root@127.0.0.1:1"],
    ["unix:///none.sock"],
  ])("does not go to the DOCKER_HOST of the environment, %s", async (host) => {
    vi.stubEnv("DOCKER_HOST", host);
    vi.stubEnv("DOCKER_CLIENT_TIMEOUT", "1");
    const { engine } = await connect((request, response) => {
      setTimeout(() => OK(request, response), 20);
    });
    expect(await engine.version()).toEqual({ ApiVersion: "1.44" });
  });

  test("is not described to its last byte, which dockerode's transport does for each call", async () => {
    const { engine } = await connect(OK);
    await engine.version();
    const described = inspect(engine.modem, { showHidden: true, depth: null });
    expect(described).toContain("agent: an agent");
    expect(described).not.toContain("freeSockets");
  });

  test("opens no more than its number of sockets, and closes them all", async () => {
    let most = 0;
    const { engine } = await connect((request, response) => {
      most = Math.max(most, fake.sockets.size);
      setTimeout(() => OK(request, response), 20);
    });
    await Promise.all(Array.from({ length: 8 }, () => engine.version()));
    expect(most).toBe(CONNECTIONS);
    connection.close();
    await expect.poll(() => fake.sockets.size).toBe(0);
  });

  test.each([
    ["as the engine says it", '{"message":"No such container: x"}', "No such container: x"],
    ["whatever the text is", " a - b \n", "a - b"],
  ])("tells a refusal %s", async (_, body, message) => {
    const { engine } = await connect((_request, response) => response.writeHead(409).end(body));
    const container = engine.getContainer("x");
    const calls = [
      container.inspect(),
      container.exec({ Cmd: ["true"] }),
      engine.getExec("x").start({ Detach: true }),
      engine.createImage({ fromImage: "x" }),
    ];
    const refusals = await Promise.allSettled(calls);
    for (const refusal of refusals) {
      expect(refusal).toEqual({ status: "rejected", reason: new EngineRefusal(message, 409) });
      expect(refusal).toHaveProperty("reason.status", 409);
    }
  });

  test.each<[string, RequestListener]>([
    ["says nothing", () => {}],
    [
      "stops in the middle of an answer",
      (_, response) => {
        response.writeHead(200, { "content-length": 100 }).write('{"Id":');
      },
    ],
    [
      "breaks off in the middle of an answer",
      (_, response) => {
        response.writeHead(200, { "content-length": 100 }).write('{"Id":', () => response.destroy());
      },
    ],
  ])("ends each call in time where the engine %s", async (_, listener) => {
    const { engine } = await connect(listener, 0.2);
    const looks = [engine.version(), engine.getImage("x").inspect(), engine.listContainers({ all: true })];
    for (const look of await Promise.allSettled(looks)) {
      expect(look).toEqual({ status: "rejected", reason: new Error("no answer in 0.2 s") });
    }
    // A call that is given up must not keep its connection from the next one.
    await expect.poll(() => fake.sockets.size).toBe(0);
  });

  test("gives a call with a signal of its own the time that the signal allows", async () => {
    const { engine } = await connect((request, response) => {
      if (request.url?.startsWith("/images/create")) setTimeout(() => response.end("{}\n"), 300);
    }, 0.1);
    const { signal } = new AbortController();
    const stream = await engine.createImage({ fromImage: "x", abortSignal: signal });
    stream.resume();
    await expect(engine.createImage({ fromImage: "x" })).rejects.toThrow("no answer in 0.1 s");
    await expect(engine.listContainers({ abortSignal: AbortSignal.timeout(100) })).rejects.toThrow(/abort/);
  });
});

describe("an engine that redirects", () => {
  const called: string[] = [];
  const elsewhere = createServer(({ url = "" }, response) => {
    called.push(url);
    response.end("{}");
  });
  beforeEach(() => new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve)));
  afterEach(() => new Promise<unknown>((resolve) => elsewhere.close(resolve)));

  test("is not followed, and does not end the program", async () => {
    const port = (address: AddressInfo | string | null) =>
      typeof address === "object" && address !== null ? address.port : 0;
    const targets = [`http://127.0.0.1:${port(elsewhere.address())}/x`, "http://127.0.0.1:1/", "file:///x"];
    const { engine } = await connect((_, response) => {
      response.writeHead(302, { location: targets.shift() }).end();
    });
    for (const _ of [...targets]) await expect(engine.version()).rejects.toThrow(EngineRefusal);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(called).toEqual([]);
  });
});
