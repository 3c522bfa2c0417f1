import { beforeAll, describe, expect, test } from "vitest";
import { deployedChains } from "../../notary/placement";
import { IGUANA, rpcGraph } from "../../notary/rpcGraph";
import { onKubernetes } from "./developmentStack";
import { type End, mayConnect, podEnds } from "./policyReach";
import { type RecordedResource, recordStack } from "./recordGraph";

const LINK_PORT = 7443;
const GATEWAY = "east-local-gateway";
const world: End = { address: "198.51.100.7" };

describe("the network policies of a notary that is called from outside of the cluster", () => {
  const stack = onKubernetes({ "dokomodo:kubernetes": { publish: "LoadBalancer" } });
  const [notary] = stack.notaries;
  const chains = deployedChains({ chains: notary?.chains ?? [] });
  let graph: RecordedResource[];
  let pods: ReturnType<typeof podEnds>;

  const pod = (name: string): End => {
    const found = pods.get(name);
    if (found === undefined) throw new Error(`there is no pod of ${name}`);
    return found;
  };
  const workload = (symbol: string) => `east-${symbol === IGUANA ? "iguana" : symbol.toLowerCase()}`;

  beforeAll(async () => {
    graph = await recordStack(stack);
    pods = podEnds(graph);
  });

  test("open link ports along the RPC graph, from the gateway, and for nobody else", () => {
    const names = [...pods.keys()];
    const open = names.flatMap((from) => {
      const reached = names.filter((to) => mayConnect(graph, pod(from), pod(to), LINK_PORT));
      return reached.map((to) => `${from} ${to}`);
    });
    const edges = rpcGraph(chains.map(({ chain }) => chain)).map(
      ({ caller, callee }) => `${workload(caller)} ${workload(callee)}`,
    );
    const fromOutside = [IGUANA, ...chains.map(({ chain }) => chain.symbol)].map(
      (symbol) => `${GATEWAY} ${workload(symbol)}`,
    );
    // It takes calls from anywhere, and it is everybody's own policy that keeps pods from calling it.
    expect(open.sort()).toEqual([...edges, ...fromOutside].sort());
  });

  test("let the world call the gateway, and no workload's link port, RPC or agent", () => {
    expect(mayConnect(graph, world, pod(GATEWAY), LINK_PORT)).toBe(true);
    for (const name of pods.keys()) {
      if (name === GATEWAY) continue;
      expect(mayConnect(graph, world, pod(name), LINK_PORT)).toBe(false);
      for (const port of [7776, 7780, ...chains.map(({ chain }) => chain.rpcPort)]) {
        expect(mayConnect(graph, world, pod(name), port), `${name} ${port}`).toBe(false);
      }
    }
  });

  test("let the world's peers in to the p2p ports, each at its own daemon", () => {
    const open = [...pods.keys()].flatMap((name) =>
      [7775, ...chains.map(({ chain }) => chain.p2pPort)]
        .filter((port) => mayConnect(graph, world, pod(name), port))
        .map((port) => `${name} ${port}`),
    );
    const own = chains.map(({ chain }) => `${workload(chain.symbol)} ${chain.p2pPort}`);
    expect(open.sort()).toEqual(["east-iguana 7775", ...own].sort());
  });

  test.each([
    ["another pod", "10.244.0.10", 8080],
    ["a node", "192.168.1.10", 10250],
    ["a cloud's metadata", "169.254.169.254", 80],
    ["a neighbour by IPv6", "fd00::7", 22],
  ])("let daemons call peers at any address and port, and not %s", (_, address, port) => {
    for (const { chain } of chains) {
      const daemon = pod(workload(chain.symbol));
      expect(mayConnect(graph, daemon, world, 31_415)).toBe(true);
      expect(mayConnect(graph, daemon, { address: "2001:db8::7" }, 31_415)).toBe(true);
      expect(mayConnect(graph, daemon, { address }, port)).toBe(false);
    }
  });

  test("keep the gateway, which peers have nothing to do with, from calling the world", () => {
    expect(mayConnect(graph, pod(GATEWAY), world, 443)).toBe(false);
  });

  test("lead Iguana's pod alone to the API server, before and after its address is translated", () => {
    for (const [address, port] of [
      ["10.96.0.1", 443],
      ["192.168.1.10", 6443],
    ] as const) {
      const callers = [...pods.keys()].filter((name) => mayConnect(graph, pod(name), { address }, port));
      expect(callers).toEqual(["east-iguana"]);
    }
  });

  test("let every pod ask for the addresses of names", () => {
    const names = { address: "10.96.0.10" };
    for (const [name, end] of pods) {
      expect(mayConnect(graph, end, names, 53, "UDP"), name).toBe(true);
      expect(mayConnect(graph, end, names, 53), name).toBe(true);
    }
  });

  test("are about every pod, and about no pod of another notary", () => {
    const stranger = {
      ...pod("east-kmd"),
      labels: { "dokomodo.network": "west", "dokomodo.role": "iguana" },
    };
    for (const name of pods.keys()) {
      if (name !== GATEWAY) expect(mayConnect(graph, stranger, pod(name), LINK_PORT)).toBe(false);
    }
  });
});
