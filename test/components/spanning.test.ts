import { describe, expect, test } from "vitest";
import type { Stack } from "../../config/stack";
import { DEVELOPMENT_PASSPHRASE, developmentStack, developmentValues } from "./developmentStack";
import { type RecordedResource, recordStack, SECRET } from "./recordGraph";

const HOSTS = ["alpha", "beta", "gamma", "delta"].map((name, index) => ({
  name,
  docker: `ssh://ops@192.0.2.${index + 1}`,
  address: `192.0.2.${index + 1}`,
}));

type Chains = readonly (string | Readonly<Record<string, string>>)[];
const THREE_HOSTS: Chains = ["KMD", { LTC: "beta" }, { BEER: "beta" }, { PIZZA: "gamma" }];

function notary(name: string, chains: Chains, more: object = {}) {
  return { name, host: "alpha", chains, ...more };
}

function stackOf(notaries: readonly object[], more: Readonly<Record<string, unknown>> = {}): Stack {
  const texts = Object.entries({ "dokomodo:hosts": HOSTS, "dokomodo:notaries": notaries, ...more });
  return developmentStack({
    ...developmentValues(),
    ...Object.fromEntries(texts.map(([key, value]) => [key, JSON.stringify(value)])),
  });
}

const record = (stack: Stack) => recordStack(stack);

function uploads(graph: readonly RecordedResource[], name: string): Record<string, unknown> {
  const files: { file: string; content: unknown }[] = JSON.parse(
    JSON.stringify(graph.find((resource) => resource.name === name)?.inputs["uploads"] ?? []),
  );
  return Object.fromEntries(files.map(({ file, content }) => [file, content]));
}

describe("a notary on three hosts", () => {
  test("opens gateways on the hosts that are called from elsewhere, and on no other", async () => {
    const gateways = (graph: readonly RecordedResource[]) =>
      graph.map(({ name }) => name).filter((name) => name.endsWith("-gateway"));
    expect(gateways(await record(stackOf([notary("east", THREE_HOSTS)])))).toEqual([
      "east-alpha-gateway",
      "east-beta-gateway",
      "east-gamma-gateway",
    ]);
    // KMD of its own host is all that Iguana calls there, and LTC calls nobody.
    const iguana = { image: "iguana:dev", listenToAll: false };
    const two = stackOf([notary("east", ["KMD", { LTC: "beta" }])], { "dokomodo:iguana": iguana });
    expect(gateways(await record(two))).toEqual(["east-beta-gateway"]);
  });

  test("calls by name on the own host and by address on the others", async () => {
    const graph = await record(stackOf([notary("east", THREE_HOSTS)]));
    const servers = (name: string) =>
      [
        ...String(uploads(graph, name)["/run/dokomodo/proxy/haproxy.cfg"]).matchAll(
          /server (\S+) (\S+) ssl/g,
        ),
      ].map(([, callee, address]) => `${callee} ${address}`);
    expect(servers("east-iguana-proxy")).toEqual([
      "east-beer 192.0.2.2:7443",
      "east-kmd east-kmd:7443",
      "east-ltc 192.0.2.2:7443",
      "east-pizza 192.0.2.3:7443",
      "east-alpha-witness east-alpha-witness:7443",
      "east-beta-witness 192.0.2.2:7443",
      "east-gamma-witness 192.0.2.3:7443",
    ]);
    expect(servers("east-beer-proxy")).toEqual(["east-kmd 192.0.2.1:7443"]);
    expect(servers("east-kmd-proxy")).toEqual(["east-ltc 192.0.2.2:7443"]);
  });

  test("takes a chain on a fourth host without a change to anything but Iguana", async () => {
    const before = await record(stackOf([notary("east", THREE_HOSTS)]));
    const after = await record(stackOf([notary("east", [...THREE_HOSTS, { KV: "delta" }])]));
    const known = new Map(before.map((resource) => [`${resource.type} ${resource.name}`, resource]));
    const changed = after.filter(
      (resource) =>
        JSON.stringify(known.get(`${resource.type} ${resource.name}`)) !== JSON.stringify(resource),
    );
    const names = changed.map(({ name }) => name);
    expect(names.filter((name) => !/^east-(iguana|kv|delta)/.test(name))).toEqual([]);
    expect(before.filter(({ name, type }) => !after.some((r) => r.name === name && r.type === type))).toEqual(
      [],
    );
  });
});

describe("an external chain", () => {
  test("is called, and nothing is deployed for it", async () => {
    const external = { FAR: { user: "reader", password: "canary-of-far" } };
    const values = { "dokomodo:registry": "test/components/external.yaml", "dokomodo:external": external };
    const stack = stackOf([notary("east", ["KMD", "LTC", "FAR"])], values);
    const graph = await record(stack);
    expect(graph.filter(({ name }) => name.includes("far"))).toEqual([]);
    expect(uploads(graph, "east-iguana-proxy")["/run/dokomodo/proxy/haproxy.cfg"]).toContain(
      "server east-far far.example:8443 ssl verify required",
    );
    expect(uploads(graph, "east-iguana")["/run/dokomodo/home/.far/far.conf"]).toBe(SECRET);
    expect(JSON.stringify(graph)).not.toContain("canary-of-far");
    const revealed = await recordStack(stack, { reveal: true });
    expect(uploads(revealed, "east-iguana")["/run/dokomodo/home/.far/far.conf"]).toMatch(
      /^rpcuser=reader\nrpcpassword=canary-of-far\n/,
    );
    expect(uploads(graph, "east-iguana-agent")["/run/dokomodo/agent/plan.json"]).toContain(
      '"importsKey":false',
    );
  });
});

describe("two notaries on the same hosts", () => {
  test("share no container name, no network and no port", async () => {
    const phrases = { east: DEVELOPMENT_PASSPHRASE, west: "another phrase" };
    const west = notary("west", THREE_HOSTS, { portOffset: 10, iguana: { busPort: 13845, rpcPort: 7779 } });
    const stack = stackOf([notary("east", THREE_HOSTS), west], { "dokomodo:passphrases": phrases });
    const graph = await record(stack);
    const containers = graph.filter(({ type }) => type.startsWith("docker:"));
    const names = containers.map(({ type, provider, inputs }) => `${type} ${provider} ${inputs["name"]}`);
    expect(new Set(names).size).toBe(names.length);
    const ports = containers.flatMap(({ provider, inputs }) => {
      const published: { external: number }[] = JSON.parse(JSON.stringify(inputs["ports"] ?? []));
      return published.map(({ external }) => `${provider} ${external}`);
    });
    expect(new Set(ports).size).toBe(ports.length);
    expect(ports).toContain("alpha 7453");
  });
});
