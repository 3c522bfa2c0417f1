import { describe, expect, test } from "vitest";
import { type PodArgs, podSpec } from "../../../platforms/kubernetes/pod";
import { daemonOf, recordWorkload, specOf } from "./workload";

const daemon = daemonOf();
const sidecar = { ...daemon, role: "proxy", user: "65534:65534", graceSeconds: 10 };

function pod(changes: Partial<PodArgs> = {}) {
  return podSpec({
    containers: [daemon],
    files: { volumes: [], mounts: {} },
    serviceAccount: "east",
    nodes: {},
    apartFrom: { "dokomodo.network": "east" },
    hostPorts: [],
    listen: "0.0.0.0",
    imagePullSecrets: [],
    ...changes,
  });
}

/** The spec as plain data. This is possible because it has no outputs here. */
function plain(changes: Partial<PodArgs> = {}) {
  return JSON.parse(JSON.stringify(pod(changes)));
}

describe("a pod", () => {
  test("has the grace period of its slowest container, and some seconds for its proxy", () => {
    const containers = [daemon, { ...daemon, role: "agent", graceSeconds: 2000 }];
    expect(plain({ containers }).terminationGracePeriodSeconds).toBe(2010);
  });

  test("starts its proxy before its daemon and stops it after", () => {
    const { initContainers, containers } = plain({ sidecar, sidecarPort: 7443 });
    expect(initContainers).toMatchObject([
      { name: "proxy", restartPolicy: "Always", startupProbe: { tcpSocket: { port: 7443 } } },
    ]);
    expect(containers).toHaveLength(1);
    expect(containers[0]).not.toHaveProperty("restartPolicy");
  });

  test("does not wait for a proxy that only calls", () => {
    const [proxy] = plain({ sidecar }).initContainers;
    expect(proxy).not.toHaveProperty("startupProbe");
  });

  test("requests its whole memory and little of a core, unless something else is stated", () => {
    const resources = (requests: object) => plain({ containers: [{ ...daemon, ...requests }] }).containers[0];
    expect(resources({}).resources).toEqual({
      limits: { memory: "1024Mi" },
      requests: { cpu: "10m", memory: "1024Mi" },
    });
    expect(resources({ requests: { cpu: 1.5, memoryMiB: 512 } }).resources).toEqual({
      limits: { memory: "1024Mi" },
      requests: { cpu: "1500m", memory: "512Mi" },
    });
  });

  test("has the image's group for its volume, and a first group that no login has", () => {
    const of = (user: string) => plain({ containers: [{ ...daemon, user }] });
    for (const [user, group] of [
      ["3003:3004", 3004],
      ["3003", 3003],
    ] as const) {
      expect(of(user).securityContext.fsGroup).toBe(group);
      expect(of(user).containers[0].securityContext).toMatchObject({
        runAsUser: 3003,
        runAsGroup: 2_100_000_000,
      });
    }
  });

  test("can write to its volume, to /tmp and to each container's own scratch directories", () => {
    const { volume: _, ...withoutVolume } = daemon;
    const spec = plain({
      containers: [
        { ...daemon, scratch: ["/home/komodo/.litecoin", "/var/cache"] },
        { ...withoutVolume, role: "agent", scratch: ["/var/cache"] },
      ],
    });
    const mounts = spec.containers.map(({ volumeMounts }: { volumeMounts: { mountPath: string }[] }) =>
      volumeMounts.map(({ mountPath }) => mountPath),
    );
    expect(mounts).toEqual([
      ["/home/komodo/.komodo", "/tmp", "/home/komodo/.litecoin", "/var/cache"],
      ["/tmp", "/var/cache"],
    ]);
    const names = spec.volumes.map(({ name }: { name: string }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("is spread over all nodes when none is stated, and else bound to the stated ones", () => {
    const anywhere = plain();
    expect(anywhere).not.toHaveProperty("nodeSelector");
    expect(anywhere.topologySpreadConstraints).toMatchObject([
      {
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { "dokomodo.network": "east" } },
      },
    ]);
    const bound = plain({ nodes: { disk: "fast" } });
    expect(bound).not.toHaveProperty("topologySpreadConstraints");
    expect(bound.nodeSelector).toEqual({ disk: "fast" });
  });

  test("uses ports of its node at the stated address only, or at all addresses when none is stated", () => {
    const hostPorts = [{ internal: 8922, external: 18922 }];
    const ports = (listen: string) => plain({ hostPorts, listen }).containers[0].ports;
    const port = { name: "p2p-8922", containerPort: 8922, hostPort: 18922, protocol: "TCP" };
    expect(ports("0.0.0.0")).toEqual([port]);
    expect(ports("192.0.2.1")).toEqual([{ ...port, hostIP: "192.0.2.1" }]);
  });

  test("pulls its images with the stated secrets", () => {
    expect(plain()).not.toHaveProperty("imagePullSecrets");
    expect(plain({ imagePullSecrets: ["registry"] }).imagePullSecrets).toEqual([{ name: "registry" }]);
  });

  test.each([
    [8923, "22DB"],
    [80, "0050"],
    [43981, "ABCD"],
  ])("is ready when port %i is open in /proc/net/tcp, without a call of the daemon", (port, hex) => {
    const { readinessProbe, ...others } = plain({ readyPort: port }).containers[0];
    expect(readinessProbe.exec.command).toEqual([
      "/bin/sh",
      "-c",
      expect.stringMatching(new RegExp(`":${hex} 0A".*</proc/net/tcp; exit 1$`)),
    ]);
    expect(others).not.toHaveProperty("livenessProbe");
  });
});

describe("a workload's ports", () => {
  const ports = async (publishing: "none" | "hostPort" | "NodePort") => {
    const graph = await recordWorkload({ platform: { publishing: { kind: publishing } } });
    const services = graph.filter(({ type }) => type.endsWith(":Service")).map(({ name }) => name);
    const [container] = specOf(graph, "StatefulSet").template.spec.containers;
    return { services, graph, hostPorts: container.ports };
  };

  test("are closed to the outside when nothing is published", async () => {
    expect(await ports("none")).toMatchObject({ services: ["east-beer"], hostPorts: undefined });
  });

  test("are ports of the pod's node with hostPort", async () => {
    const { services, hostPorts } = await ports("hostPort");
    expect(services).toEqual(["east-beer"]);
    expect(hostPorts).toMatchObject([{ containerPort: 8922, hostPort: 18922 }]);
  });

  test("are ports of every node with NodePort, and no address is waited for", async () => {
    const { services, graph } = await ports("NodePort");
    expect(services).toEqual(["east-beer", "east-beer-p2p"]);
    expect(specOf(graph, "Service", "east-beer-p2p")).toMatchObject({
      type: "NodePort",
      ports: [{ port: 8922, targetPort: 8922, nodePort: 18922 }],
    });
  });

  test("are ports of a load balancer with its annotations", async () => {
    const annotations = { "example.com/address": "fixed" };
    const graph = await recordWorkload({ platform: { publishing: { kind: "LoadBalancer", annotations } } });
    const service = graph.find(({ name }) => name === "east-beer-p2p");
    expect(Object(service?.inputs["metadata"]).annotations).toEqual({
      ...annotations,
      "pulumi.com/skipAwait": "true",
    });
    expect(specOf(graph, "Service", "east-beer-p2p").ports).toMatchObject([
      { port: 18922, targetPort: 8922 },
    ]);
  });
});
