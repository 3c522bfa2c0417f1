import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import type { DockerEndpoint } from "../../platforms/docker/host";
import { probe } from "../../platforms/docker/preflight";
import { SshServer } from "./SshServer";

describe("a probe of a host", () => {
  let server: SshServer;
  let folder: string;
  const beta = (docker: string, knownHosts = "known_hosts", identity = "user_key"): DockerEndpoint => ({
    name: "beta",
    docker,
    ssh: { knownHosts: server.file(knownHosts), identity: server.file(identity) },
  });

  beforeAll(async () => {
    await prepareDocker();
    server = await SshServer.open();
    folder = mkdtempSync(join(tmpdir(), "dokomodo-probe-"));
  });
  afterAll(async () => {
    // Without this, the shared connections would stay open for another minute.
    for (const connection of await server.connections()) process.kill(connection);
    await server.close();
    rmSync(folder, { recursive: true });
  });

  test("finds no problem with a host that answers over SSH", async () => {
    expect(await probe(beta(server.url()))).toBeUndefined();
  });

  test("finds no problem with this machine's own engine", async () => {
    const endpoint = { name: "local", docker: "unix:///var/run/docker.sock", ssh: {} };
    expect(await probe(endpoint)).toBeUndefined();
  });

  test("refuses a host whose key is not known", async () => {
    expect(await probe(beta(server.url(), "no_hosts"))).toMatch(
      /^host beta \(ssh:\S+\): its SSH key is not in \S+no_hosts\. Compare the fingerprint \(ssh-keyscan -p \d+ 127\.0\.0\.1/,
    );
  });

  test("refuses a host whose key has changed", async () => {
    expect(await probe(beta(server.url(), "other_hosts"))).toMatch(
      /its SSH key is another than the one in \S+other_hosts: the machine was set up anew, or somebody stands in between/,
    );
  });

  test("says so when the host refuses the operator's key", async () => {
    expect(await probe(beta(server.url(), "known_hosts", "strange_key"))).toMatch(
      /it does not let \S+ in with \S+strange_key\. Add the public key to \S+ authorized_keys there/,
    );
  });

  test("says so when the host has no docker command", async () => {
    expect(await probe(beta(server.url("withoutDocker")))).toMatch(/there is no docker command/);
  });

  test("says so when nothing listens", async () => {
    expect(await probe(beta(server.url("closed")))).toMatch(/nothing listens on its SSH port/);
  });

  test("says so when the socket does not exist", async () => {
    const endpoint = { name: "local", docker: `unix://${folder}/none.sock`, ssh: {} };
    expect(await probe(endpoint)).toMatch(
      /^host local \(unix:\S+\): its Docker Engine cannot be reached: there is no socket \S+none\.sock on this machine \(.*ENOENT.*\)\. Start Docker/,
    );
  });

  test("names all client certificates that are missing", async () => {
    writeFileSync(join(folder, "cert.pem"), "");
    const endpoint = { name: "beta", docker: "tcp://127.0.0.1:2376", certificates: folder, ssh: {} };
    expect(await probe(endpoint)).toBe(
      `host beta (tcp://127.0.0.1:2376): its folder of certificates, ${folder}, has no ca.pem, key.pem that can be read. Put the files there, or correct \`certificates\` of the host in dokomodo:hosts.`,
    );
  });

  test("says so when the engine is too old", async () => {
    const old = createServer((_, response) => response.end('{"ApiVersion":"1.39"}'));
    const socket = join(folder, "old.sock");
    await new Promise<void>((resolve) => old.listen(socket, resolve));
    const told = await probe({ name: "old", docker: `unix://${socket}`, ssh: {} });
    old.close();
    expect(told).toContain(
      "its Docker Engine is too old: it speaks API 1.39, and 1.40 (Docker 19.03) is the oldest",
    );
  });
});
