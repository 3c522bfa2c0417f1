import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer as createPlainServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { Provider, type ProviderArgs, Volume } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bench, docker, failure, prefix } from "./dockerStack";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await bench.close();
});

test.each([
  ["unix:///nowhere.sock", "cannot reach the Docker Engine at unix:///nowhere.sock: there is no such socket"],
  [
    "tcp://127.0.0.1:9",
    "cannot reach the Docker Engine at tcp://127.0.0.1:9: connection refused. Is it running?",
  ],
  ["localhost:2375", '"localhost:2375" is no Docker host'],
])("an engine at %s is explained", async (url, message) => {
  const stack = await bench.stack("unreachable", async () => {
    new Volume("v", { name: `${prefix}v` }, { provider: new Provider("there", { host: url }) });
  });
  expect(await failure(stack.up())).toContain(message);
});

test("a server that is no Docker Engine is reported as such", async () => {
  const other = createPlainServer((socket) => {
    socket.on("error", () => {}).end("welcome\n");
  }).listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const host = `tcp://127.0.0.1:${isPort(address) ? address.port : 0}`;
  const stack = await bench.stack("other", async () => {
    new Volume("v", { name: `${prefix}v` }, { provider: new Provider("there", { host }) });
  });
  expect(await failure(stack.up())).toContain(`at ${host}: what answers is no Docker Engine.`);
  other.close();
});

describe("an engine behind mutual TLS", () => {
  let folder: string;
  let front: Server;
  let host: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), prefix));
    await issue("authority");
    const signed = ["-CA", file("authority", "cert"), "-CAkey", file("authority", "key")];
    await issue("server", ...signed, "-addext", "subjectAltName=IP:127.0.0.1");
    await issue("client", ...signed);
    await issue("stranger");
    for (const name of ["client", "stranger"]) copyFileSync(file("authority", "cert"), file(name, "ca"));
    const server = {
      cert: read("server", "cert"),
      key: read("server", "key"),
      ca: read("authority", "cert"),
    };
    front = createServer({ ...server, requestCert: true }, (socket) => {
      const inner = connect("/var/run/docker.sock").on("error", () => socket.destroy());
      socket
        .on("error", () => inner.destroy())
        .pipe(inner)
        .pipe(socket);
    });
    front.listen(0, "127.0.0.1");
    await once(front, "listening");
    const address = front.address();
    host = `tcp://127.0.0.1:${isPort(address) ? address.port : 0}`;
  });
  afterAll(() => {
    front.close();
    rmSync(folder, { recursive: true });
  });

  /** Makes NAME/cert.pem and NAME/key.pem, the names that certPath needs. Without options it is self-signed. */
  const issue = async (name: string, ...options: string[]) => {
    mkdirSync(join(folder, name));
    const files = ["-keyout", file(name, "key"), "-out", file(name, "cert"), "-days", "1"];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    await execa("openssl", ["req", "-x509", ...key, ...files, "-subj", `/CN=${name}`, ...options]);
  };
  const file = (name: string, kind: string) => join(folder, name, `${kind}.pem`);
  const read = (name: string, kind: string) => readFileSync(file(name, kind), "utf8");

  const program = (args: ProviderArgs) => async () => {
    const provider = new Provider("there", { host, ...args });
    new Volume("tls", { name: `${prefix}tls` }, { provider });
  };
  const materials = (name: string): ProviderArgs => ({
    caMaterial: read("authority", "cert"),
    certMaterial: read(name, "cert"),
    keyMaterial: pulumi.secret(read(name, "key")),
  });
  const folderOf = (name: string): ProviderArgs => ({ certPath: join(folder, name) });

  test.each([
    ["materials", materials],
    ["certPath", folderOf],
  ])("is reached with the config's %s, and not with a stranger's", async (_, identity) => {
    const said = await failure((await bench.stack("stranger", program(identity("stranger")))).up());
    expect(said).toContain(`cannot reach the Docker Engine at ${host}`);
    const stack = await bench.stack("tls", program(identity("client")));
    await stack.up();
    expect((await docker.getVolume(`${prefix}tls`).inspect()).Name).toBe(`${prefix}tls`);
    await stack.destroy();
    expect(bench.written()).not.toContain(read("client", "key").split("\n")[1]);
  });

  test("keeps its resources when its certificates move, because the provider is updated in place", async () => {
    await (await bench.stack("moved", program(materials("client")))).up();
    const stack = await bench.stack("moved", program(folderOf("client")));
    expect((await stack.preview()).changeSummary).toEqual({ update: 1, same: 2 });
    expect((await stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    cpSync(join(folder, "client"), join(folder, "moved"), { recursive: true });
    const moved = await bench.stack("moved", program(folderOf("moved")));
    expect((await moved.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    await moved.destroy();
  });

  test("is not contacted when its certificates cannot be read", async () => {
    const stack = await bench.stack("nowhere", program(folderOf("nowhere")));
    expect(await failure(stack.preview())).toContain(
      `certPath needs ca.pem, cert.pem and key.pem, and ${file("nowhere", "ca")} cannot be read: ENOENT`,
    );
  });
});

function isPort(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

test("the plugin ends with the engine that started it", async () => {
  const plugin = spawn(bench.plugin, ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = await once(plugin.stdout, "data");
  expect(Number(port)).toBeGreaterThan(0);
  plugin.stdin.end();
  expect(await once(plugin, "exit")).toEqual([0, null]);
});
