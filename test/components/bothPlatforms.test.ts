import { describe, expect, test } from "vitest";
import { onKubernetes } from "./developmentStack";
import { filesOnDocker, filesOnKubernetes } from "./kubernetesFiles";
import { mayConnect, podEnds } from "./policyReach";
import { type RecordedResource, recordStack } from "./recordGraph";

const NODE = { name: "node", address: "192.0.2.1" };
const SHORE = { name: "shore", platform: "docker", docker: "ssh://ops@192.0.2.2", address: "192.0.2.2" };
const ISLE = { name: "isle", platform: "docker", docker: "ssh://ops@192.0.2.3", address: "192.0.2.3" };
const DOMAIN = "dokomodo-dev.svc.cluster.local";

/** A stack with hosts of both kinds; Iguana answers no operator, so that only links are called from elsewhere. */
function record(
  host: string,
  placement: Readonly<Record<string, string>>,
  publish = "hostPort",
  more: object = {},
) {
  const chains = ["KMD", "LTC", "BEER", "PIZZA"];
  const stack = onKubernetes({
    "dokomodo:hosts": [NODE, SHORE, ISLE],
    "dokomodo:kubernetes": { publish },
    "dokomodo:images": { proxy: "haproxy:dev", agent: "node:dev" },
    "dokomodo:notaries": [{ name: "east", host, chains, placement, iguana: { listenToAll: false }, ...more }],
  });
  return recordStack(stack, { reveal: true });
}

/** Whom the proxy of a workload calls, and where. */
function servers(graph: readonly RecordedResource[], workload: string): string[] {
  const files = { ...filesOnDocker(graph), ...filesOnKubernetes(graph) };
  const configuration = files[`${workload}-proxy /run/dokomodo/proxy/haproxy.cfg`] ?? "";
  return [...configuration.matchAll(/server (\S+) (\S+) ssl/g)].map(
    ([, callee, address]) => `${callee} ${address}`,
  );
}

/** Names of those workloads of a platform that exist, gateways and witnesses among them. */
function workloads(graph: readonly RecordedResource[], type: string): string[] {
  return graph.filter((resource) => resource.type === type).map(({ name }) => name);
}
const SET = "kubernetes:apps/v1:StatefulSet";
const CONTAINER = "docker:index/container:Container";

function plan(graph: readonly RecordedResource[]) {
  const files = { ...filesOnDocker(graph), ...filesOnKubernetes(graph) };
  return JSON.parse(files["east-iguana-agent /run/dokomodo/agent/plan.json"] ?? "");
}

function find(graph: readonly RecordedResource[], type: string, name: string): RecordedResource["inputs"] {
  return graph.find((resource) => resource.type === type && resource.name === name)?.inputs ?? {};
}

describe("Iguana in the cluster and a chain on a Docker host", () => {
  const placement = { BEER: "shore" };

  test("find each other at the hosts' addresses, and who is on one side by name", async () => {
    const graph = await record("node", placement);
    expect(servers(graph, "east-iguana")).toEqual([
      "east-beer 192.0.2.2:7443",
      `east-kmd east-kmd.${DOMAIN}:7443`,
      `east-ltc east-ltc.${DOMAIN}:7443`,
      `east-pizza east-pizza.${DOMAIN}:7443`,
    ]);
    expect(servers(graph, "east-beer")).toEqual(["east-kmd 192.0.2.1:7443"]);
    expect(servers(graph, "east-pizza")).toEqual([`east-kmd east-kmd.${DOMAIN}:7443`]);
  });

  test("have a gateway on either side, and nothing on a host that the notary has no part on", async () => {
    const graph = await record("node", placement);
    expect(workloads(graph, SET)).toEqual([
      "east-iguana",
      "east-kmd",
      "east-ltc",
      "east-node-gateway",
      "east-pizza",
    ]);
    expect(workloads(graph, CONTAINER)).toEqual([
      "east-beer",
      "east-beer-pause",
      "east-beer-proxy",
      "east-shore-gateway",
      "east-shore-restarter",
    ]);
  });

  test("have a lease object and no witness", async () => {
    const graph = await record("node", placement);
    const { iguana, publicKey } = plan(graph);
    expect(iguana.lease.object).toEqual({ namespace: "dokomodo-dev", name: `dokomodo-${publicKey}` });
    expect(iguana.lease).not.toHaveProperty("witnesses");
    expect(graph.filter(({ name }) => name.includes("witness"))).toEqual([]);
  });

  test("have each resource made by the provider of its own side", async () => {
    const graph = await record("node", placement);
    const providers = (prefix: string) => [
      ...new Set(graph.filter(({ type }) => type.startsWith(prefix)).map(({ provider }) => provider)),
    ];
    expect(providers("kubernetes:")).toEqual(["cluster"]);
    expect(providers("docker:")).toEqual(["shore"]);
  });

  test("are let through by the policies at that address and port, and not at another", async () => {
    const graph = await record("node", placement);
    const iguana = podEnds(graph).get("east-iguana") ?? { address: "", labels: {} };
    const shore = { address: SHORE.address };
    expect(mayConnect(graph, iguana, shore, 7443)).toBe(true);
    const isolated = graph.map((resource) => withoutPeers(resource));
    expect(mayConnect(isolated, iguana, shore, 7443)).toBe(true);
    expect(mayConnect(isolated, iguana, shore, 22)).toBe(false);
    expect(mayConnect(isolated, iguana, { address: "192.0.2.9" }, 7443)).toBe(false);
  });
});

describe("Iguana on a Docker host and chains in the cluster", () => {
  const placement = { KMD: "node", LTC: "node" };

  test("find each other at the hosts' addresses", async () => {
    const graph = await record("shore", placement);
    expect(servers(graph, "east-iguana")).toEqual([
      "east-beer east-beer:7443",
      "east-kmd 192.0.2.1:7443",
      "east-ltc 192.0.2.1:7443",
      "east-pizza east-pizza:7443",
      "east-shore-witness east-shore-witness:7443",
    ]);
    expect(servers(graph, "east-kmd")).toEqual([`east-ltc east-ltc.${DOMAIN}:7443`]);
    expect(servers(graph, "east-beer")).toEqual(["east-kmd 192.0.2.1:7443"]);
  });

  test("have witnesses on Docker hosts alone, and no lease object", async () => {
    const graph = await record("shore", placement);
    expect(plan(graph).iguana.lease).toMatchObject({ witnesses: [{ name: "shore" }] });
    expect(plan(graph).iguana.lease).not.toHaveProperty("object");
    expect(graph.filter(({ type }) => type.includes("rbac"))).toEqual([]);
    const three = await record("shore", { ...placement, BEER: "isle" });
    expect(plan(three).iguana.lease.witnesses).toEqual([{ name: "shore", port: 7781 }]);
  });

  test("have a gateway in the cluster alone, since nobody there calls back", async () => {
    const graph = await record("shore", placement);
    const gateways = graph.filter(({ type, name }) => {
      return name.endsWith("-gateway") && [SET, CONTAINER].includes(type);
    });
    expect(gateways.map(({ name }) => name)).toEqual(["east-node-gateway"]);
  });

  test("reach the gateway at a port of its node, where hostPort publishes it", async () => {
    const graph = await record("shore", placement, "hostPort", { portOffset: 10 });
    const [container] = Object(find(graph, SET, "east-node-gateway")["spec"]).template.spec.containers;
    expect(container.ports).toMatchObject([{ containerPort: 7443, hostPort: 7453 }]);
    expect(servers(graph, "east-beer")).toEqual(["east-kmd 192.0.2.1:7453"]);
    expect(find(graph, "kubernetes:core/v1:Service", "east-node-gateway")).toEqual({});
  });

  test("reach the gateway at a balancer's port, where LoadBalancer publishes it", async () => {
    const graph = await record("shore", placement, "LoadBalancer", { portOffset: 10 });
    const service = find(graph, "kubernetes:core/v1:Service", "east-node-gateway");
    expect(service["spec"]).toMatchObject({
      type: "LoadBalancer",
      selector: { "dokomodo.workload": "east-node-gateway" },
      ports: [{ port: 7453, targetPort: 7443 }],
    });
    const kmd = find(graph, "kubernetes:core/v1:Service", "east-kmd-p2p")["spec"];
    expect(kmd).toMatchObject({ ports: [{ port: 7780, targetPort: 7770 }], externalTrafficPolicy: "Local" });
  });

  test("have their gateway lead to the names of the cluster", async () => {
    const files = filesOnKubernetes(await record("shore", placement));
    expect(files["east-node-gateway /run/dokomodo/proxy/haproxy.cfg"]).toContain(
      `do-resolve(txn.address,network,ipv4) req.ssl_sni,concat(.${DOMAIN})`,
    );
  });
});

/** The graph's policies without the rule for peers, who may be at any address of the world. */
function withoutPeers(resource: RecordedResource): RecordedResource {
  const { egress, ...spec } = Object(resource.inputs["spec"]);
  if (!Array.isArray(egress)) return resource;
  const kept = egress.filter((rule) => !JSON.stringify(rule).includes("0.0.0.0/0"));
  return { ...resource, inputs: { ...resource.inputs, spec: { ...spec, egress: kept } } };
}
