import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientConfiguration } from "../../cli/clientFiles";
import { dokomodo } from "./run";

const CHAINS = { KMD: 7771, BEER: 8923 };
const address = { name: "explorer-clients", hostname: "192.0.2.1", port: 7443 };
let folder: string;
let certificate: string;
let privateKey: string;

beforeAll(() => {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "-"];
  const { stdout } = execaSync("openssl", ["req", "-x509", ...key, "-subj", "/CN=wallet-12", "-days", "2"]);
  const begin = stdout.indexOf("-----BEGIN CERTIFICATE");
  [privateKey, certificate] = [stdout.slice(0, begin), `${stdout.slice(begin)}\n`];
});

// A stand-in for Pulumi's CLI prints what the stack's outputs are.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dokomodo-client-"));
  writeFileSync(join(folder, "Pulumi.prod.yaml"), "config: {}\n");
  const access = { certificate, privateKey, authority: "the authority\n", address, chains: CHAINS };
  const outputs = { notaries: {}, nodes: { explorer: { clients: { wallet: access, operator: access } } } };
  writeFileSync(join(folder, "outputs.json"), JSON.stringify(outputs));
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\nexec cat '${join(folder, "outputs.json")}'\n`);
  chmodSync(join(folder, "pulumi"), 0o755);
  return () => rmSync(folder, { recursive: true });
});

const run = (...args: readonly string[]) =>
  dokomodo(args, "", { cwd: folder, env: { PATH: `${folder}:${process.env["PATH"]}` } });
const read = (...path: readonly string[]) => readFileSync(join(folder, ...path), "utf8");

describe("dokomodo client", () => {
  test("writes what a client needs, its key for its own user alone, and says how to start it", () => {
    const { status, stdout, stderr } = run("client", "wallet");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(read("wallet", "client.pem")).toBe(certificate + privateKey);
    expect(read("wallet", "authority.pem")).toBe("the authority\n");
    expect(statSync(join(folder, "wallet", "client.pem")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "wallet")).mode & 0o777).toBe(0o700);
    expect(stdout).toContain("cd wallet && haproxy -f haproxy.cfg");
    expect(stdout).toContain("  127.0.0.1:8923  BEER");
    expect(stdout).toMatch(/counts until \d{4}-\d\d-\d\d/);
    expect(stdout).not.toContain("PRIVATE KEY");
  });

  test("says when nobody outside of the cluster reaches the address", () => {
    expect(run("client", "wallet").stdout).not.toContain("outside of the cluster");
    const inside = "explorer-clients.dokomodo-prod.svc.cluster.local";
    const outputs = read("outputs.json").replaceAll(address.hostname, inside);
    writeFileSync(join(folder, "outputs.json"), outputs);
    expect(run("client", "wallet", "--force").stdout).toMatch(
      /From outside of the cluster nobody reaches explorer-clients\.dokomodo-prod\.svc\.cluster\.local, .*set publish/,
    );
  });

  test("replaces no file unless it is told to, and then keeps the key to its user", () => {
    run("client", "files", "wallet", "--directory", "here");
    writeFileSync(join(folder, "here", "client.pem"), "old", { mode: 0o644 });
    chmodSync(join(folder, "here", "client.pem"), 0o644);
    const refused = run("client", "wallet", "--directory", "here");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("are there already, and nothing was written");
    expect(read("here", "client.pem")).toBe("old");
    expect(run("client", "wallet", "--directory", "here", "--force").status).toBe(0);
    expect(read("here", "client.pem")).toBe(certificate + privateKey);
    expect(statSync(join(folder, "here", "client.pem")).mode & 0o777).toBe(0o600);
  });

  test("names the clients that there are", () => {
    const { status, stderr } = run("client", "shop");
    expect(status).toBe(1);
    expect(stderr).toBe(
      "stack prod has no client shop; it has wallet (of explorer), operator (of explorer)\n",
    );
  });
});

describe("a client's HAProxy", () => {
  const configuration = clientConfiguration({
    certificate: "",
    privateKey: "",
    authority: "",
    address,
    chains: CHAINS,
  });

  test("listens on loopback alone, and leads each chain's port to its path", () => {
    expect(configuration.match(/bind .*/g)).toEqual(["bind 127.0.0.1:8923", "bind 127.0.0.1:7771"]);
    expect(configuration.match(/set-path .*/g)).toEqual(["set-path /BEER", "set-path /KMD"]);
  });

  test("calls nobody but who shows the name of the clients' proxy", () => {
    const servers = configuration.match(/server explorer-clients .*/g);
    expect(servers).toHaveLength(2);
    for (const server of servers ?? []) {
      expect(server).toContain(
        "192.0.2.1:7443 ssl crt client.pem ca-file authority.pem verify required verifyhost explorer-clients sni str(explorer-clients)",
      );
    }
  });

  test("sends a call once, and no password of the application", () => {
    expect(configuration).not.toContain("empty-response");
    expect(configuration.match(/http-request del-header Authorization/g)).toHaveLength(2);
  });
});

describe("dokomodo rpc", () => {
  test("says what is wrong with parameters from standard input before it calls anybody", () => {
    const { status, stderr } = dokomodo(["rpc", "KMD", "getblock", "-"], "{}", { cwd: folder });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'standard input has to be a JSON array of parameters, such as ["address", 1]\n',
    });
  });

  test("names the chains that there are", () => {
    const { status, stderr } = run("rpc", "LTC", "getblockcount");
    expect(status).toBe(1);
    expect(stderr).toContain("stack prod has no chain LTC that can be called from here; there are BEER, KMD");
  });
});
