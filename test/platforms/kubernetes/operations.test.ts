import type { V1Node, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { NO_MEMORY } from "../../../notary/memory";
import type { NetworkPlan } from "../../../notary/networkPlan";
import { KubernetesOperations } from "../../../platforms/kubernetes/operations/KubernetesOperations";
import { seenHost } from "../../../platforms/kubernetes/operations/nodes";
import { seenContainers } from "../../../platforms/kubernetes/operations/seen";
import { plannedSets } from "../../../platforms/kubernetes/operations/sets";
import { kubernetesSettings } from "../../../platforms/kubernetes/settings";
import { ago, held, NOW, type PodCase, podOf, running, SET } from "./seenPods";

const numbers = (quantity: string) => Number(quantity);

const network: NetworkPlan = {
  name: "east",
  owner: "notary east",
  workloads: [
    { name: "east-kmd", what: "", host: "big", sidecars: [], memory: NO_MEMORY, published: [] },
    { name: "east-ltc", what: "", host: "docker", sidecars: [], memory: NO_MEMORY, published: [] },
  ],
  hosts: ["big", "docker"],
  link: { port: 7443, remedy: "" },
  calledByWorkloads: [],
  calledFromElsewhere: [],
};

const container = (name: string) => ({
  name,
  image: `${name}:1`,
  resources: { limits: { memory: "1024" } },
});
const set = (replicas: number): V1StatefulSet => ({
  ...SET,
  spec: {
    replicas,
    serviceName: "east-kmd",
    selector: {},
    template: {
      spec: {
        containers: [container("daemon")],
        initContainers: [container("provision"), { ...container("proxy"), restartPolicy: "Always" }],
      },
    },
  },
});
const seen = (replicas: number, pod: PodCase | undefined) =>
  seenContainers(
    {
      workload: "east-kmd",
      host: "big",
      set: set(replicas),
      pod: pod === undefined ? undefined : podOf(pod),
      events: [],
    },
    NOW,
    numbers,
  );

test("the sets of a plan are those of the hosts of the cluster, and their gateways", () => {
  expect(plannedSets([network], new Set(["big"]))).toEqual([
    { workload: "east-kmd", host: "big" },
    { workload: "east-big-gateway", host: "big" },
  ]);
});

describe("what is seen of a pod", () => {
  test("is each container that goes on running, the first one without a role", () => {
    expect(seen(1, { daemon: { ...running(60), restartCount: 2 }, proxy: running(61) })).toEqual([
      {
        name: "pod east-kmd-0, container daemon",
        host: "big",
        workload: "east-kmd",
        role: undefined,
        state: "running",
        startedAt: ago(60),
        restarts: 2,
        lastExit: undefined,
        image: "daemon:1",
        memoryBytes: 1024,
      },
      expect.objectContaining({ name: "pod east-kmd-0, container proxy", role: "proxy", state: "running" }),
    ]);
  });

  test("says why a container does not run, and how it ended", () => {
    const [daemon] = seen(1, {
      daemon: {
        ...held("CrashLoopBackOff"),
        restartCount: 4,
        lastState: { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: ago(9) } },
      },
      proxy: running(61),
    });
    expect(daemon).toMatchObject({
      state: "starting",
      why: "container daemon took more memory than it may (OOMKilled), 4 times",
      lastExit: { code: 137, at: ago(9), outOfMemory: true },
    });
  });

  test("is nothing but the set if it was stopped, or is not made yet", () => {
    expect(seen(0, undefined).map(({ state, why }) => [state, why])).toEqual([
      ["stopped", "somebody stopped it (its StatefulSet has 0 replicas)"],
      ["stopped", "somebody stopped it (its StatefulSet has 0 replicas)"],
    ]);
    expect(seen(1, undefined)[0]).toMatchObject({ state: "starting", why: "its pod is being made" });
  });

  test("runs until it has ended, if it is being stopped", () => {
    const pod: V1Pod = podOf({ daemon: running(60), metadata: { deletionTimestamp: ago(2) } });
    const found = { workload: "east-kmd", host: "big", set: set(0), pod, events: [] };
    expect(seenContainers(found, NOW, numbers).map(({ state }) => state)).toEqual(["running", "stopped"]);
  });
});

describe("what is seen of a host", () => {
  const node = (name: string, status: V1Node["status"] = {}): V1Node => ({
    metadata: { name },
    status: {
      capacity: { cpu: "4", memory: "1000" },
      conditions: [{ type: "Ready", status: "True" }],
      nodeInfo: { ...Object({ kubeletVersion: "v1.34.1" }) },
      ...status,
    },
  });
  const summary = { memory: { availableBytes: 300 }, fs: { availableBytes: 5, capacityBytes: 50 } };
  const big = { name: "big", nodes: { size: "big" } };

  test("is all that one node says", () => {
    expect(seenHost(big, [{ node: node("n1"), summary }], numbers)).toEqual({
      name: "big",
      version: "Kubernetes v1.34.1",
      memory: { totalBytes: 1000, availableBytes: 300 },
      disk: { totalBytes: 50, freeBytes: 5 },
      cores: 4,
      complaints: [],
    });
  });

  test("is the sum of its nodes, without a disk, and without what one of them does not say", () => {
    const sick = node("n2", {
      conditions: [
        { type: "Ready", status: "Unknown" },
        { type: "DiskPressure", status: "True" },
      ],
    });
    expect(seenHost(big, [{ node: node("n1"), summary }, { node: sick }], numbers)).toMatchObject({
      memory: { totalBytes: 2000, availableBytes: undefined },
      disk: undefined,
      cores: 8,
      complaints: ["n2: NotReady", "n2: DiskPressure"],
    });
  });

  test("is a problem if no node has its labels", () => {
    expect(seenHost(big, [], numbers)).toEqual({
      name: "big",
      problem: "host big: no node has size=big. Add such a node, or correct `nodes` of the host.",
    });
  });
});

test("a cluster that cannot be reached is the problem of each of its hosts", async () => {
  const { "dokomodo:kubernetes": settings } = kubernetesSettings.parse({
    "dokomodo:kubernetes": { kubeconfig: "/nowhere/kubeconfig" },
  });
  const operations = new KubernetesOperations(
    [
      { name: "big", listen: "0.0.0.0" },
      { name: "small", listen: "0.0.0.0" },
    ],
    settings,
    { stackName: "east", networks: [network], firstName: async () => undefined },
  );
  const { hosts, containers } = await operations.look();
  expect(containers).toEqual([]);
  expect(hosts.map(({ name }) => name)).toEqual(["big", "small"]);
  for (const { problem } of hosts)
    expect(problem).toMatch(/the kubeconfig \/nowhere\/kubeconfig cannot be read/);
});
