import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, test, vi } from "vitest";
import { prepareDocker } from "../../../dev/toolchain/dockerEngine";

let engine: Server | undefined;

/** An engine that says which version of the API it speaks, and nothing else. */
async function startEngine(apiVersion: string): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify({ ApiVersion: apiVersion })));
  engine = server;
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `tcp://127.0.0.1:${address.port}`;
}

afterEach(() => {
  vi.unstubAllEnvs();
  engine?.close();
});

describe("prepareDocker", () => {
  test.each(["1.39", "0.99", "none"])("refuses an engine of API %s", async (apiVersion) => {
    vi.stubEnv("DOCKER_HOST", await startEngine(apiVersion));
    await expect(prepareDocker()).rejects.toThrow(
      /too old: it speaks API .*, and dokomodo needs 1\.40 .*run this again/,
    );
  });

  test.each(["1.40", "1.50", "2.0"])("takes an engine of API %s as it is", async (apiVersion) => {
    vi.stubEnv("DOCKER_HOST", await startEngine(apiVersion));
    vi.stubEnv("PATH", "/nowhere");
    await expect(prepareDocker()).rejects.toThrow(/engine answers, but there is no `docker` command/i);
  });

  test("refuses an engine over ssh, whose host key nobody would look at", async () => {
    vi.stubEnv("DOCKER_HOST", "ssh://root@alpha");
    await expect(prepareDocker()).rejects.toThrow(
      /^DOCKER_HOST is ssh:\/\/root@alpha, .* unset it, then run this/,
    );
  });

  test("installs nothing where DOCKER_HOST names an engine that does not answer", async () => {
    const host = await startEngine("1.41");
    engine?.close();
    vi.stubEnv("DOCKER_HOST", host);
    await expect(prepareDocker()).rejects.toThrow(`DOCKER_HOST=${host} cannot be used`);
  });
});
