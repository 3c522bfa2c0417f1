import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { Provider, Volume } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, docker, failure, prefix } from "./docker-stack";

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
  ["ssh://ops@198.51.100.10", "cannot reach ssh://ops@198.51.100.10 over ssh yet"],
  ["localhost:2375", '"localhost:2375" is no Docker host'],
])("an engine at %s is explained", async (url, message) => {
  const stack = await bench.stack("unreachable", async () => {
    new Volume("v", { name: `${prefix}v` }, { provider: new Provider("there", { host: url }) });
  });
  expect(await failure(stack.up())).toContain(message);
});

test("an engine behind mutual TLS is reached with the config's materials, and with no others", async () => {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  const issue = async (name: string, ...options: string[]) => {
    const files = ["-keyout", join(directory, `${name}.key`), "-out", join(directory, `${name}.pem`)];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    await execa("openssl", [
      "req",
      "-x509",
      ...key,
      ...files,
      "-days",
      "1",
      "-subj",
      `/CN=${name}`,
      ...options,
    ]);
    const read = (kind: string) => readFileSync(join(directory, `${name}.${kind}`), "utf8");
    return { cert: read("pem"), key: read("key") };
  };
  const authority = await issue("authority");
  const signed = ["-CA", join(directory, "authority.pem"), "-CAkey", join(directory, "authority.key")];
  const server = await issue("server", ...signed, "-addext", "subjectAltName=IP:127.0.0.1");
  const client = await issue("client", ...signed);
  const stranger = await issue("stranger");
  rmSync(directory, { recursive: true });

  const front = createServer({ ...server, ca: authority.cert, requestCert: true }, (socket) => {
    const inner = connect("/var/run/docker.sock").on("error", () => socket.destroy());
    socket
      .on("error", () => inner.destroy())
      .pipe(inner)
      .pipe(socket);
  });
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  const address = front.address();
  const host = `tcp://127.0.0.1:${isPort(address) ? address.port : 0}`;

  const program = (identity: { cert: string; key: string }) => async () => {
    const materials = {
      caMaterial: authority.cert,
      certMaterial: identity.cert,
      keyMaterial: pulumi.secret(identity.key),
    };
    const provider = new Provider("there", { host, ...materials });
    new Volume("tls", { name: `${prefix}tls` }, { provider });
  };
  const said = await failure((await bench.stack("stranger", program(stranger))).up());
  expect(said).toContain(`cannot reach the Docker Engine at ${host}`);
  const stack = await bench.stack("tls", program(client));
  await stack.up();
  expect((await docker.getVolume(`${prefix}tls`).inspect()).Name).toBe(`${prefix}tls`);
  await stack.destroy();
  expect(bench.written()).not.toContain(client.key.split("\n")[1]);
  front.close();
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
