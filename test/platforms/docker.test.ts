import { Provider } from "@pulumi/docker/provider";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { DockerPlatform } from "../../platforms/docker";
import type { WorkloadArgs } from "../../platforms/platform";
import { type RecordedResource, recordGraph, SECRET } from "../components/recordGraph";

const workload: WorkloadArgs = {
  host: "alpha",
  labels: { "dokomodo.chain": "BEER" },
  containers: [
    {
      role: "daemon",
      image: "komodod@sha256:0",
      command: ["/bin/sh", "/run/dokomodo/entrypoint.sh", "komodod"],
      user: "3003:3003",
      environment: { HOME: "/home/komodo" },
      files: [{ path: "/run/dokomodo/files", content: pulumi.secret("a password") }],
      volume: { mountPath: "/home/komodo/.komodo" },
      memoryMiB: 1024,
      graceSeconds: 930,
    },
  ],
  publishedPorts: [8922],
  calls: [{ name: "east-kmd", port: 7771, to: { hostname: "east-kmd", port: 7443 } }],
  serves: { port: 8923, roles: ["iguana"] },
  identity: { certificate: "certificate", privateKey: pulumi.secret("key"), authority: "authority" },
};

describe("a workload on Docker", () => {
  let graph: RecordedResource[];
  const inputs = (name: string) => graph.find((resource) => resource.name === name)?.inputs ?? {};
  const containers = () => graph.filter(({ type }) => type.endsWith(":Container"));

  beforeAll(async () => {
    graph = await recordGraph(() => {
      const platform = new DockerPlatform({
        hosts: {
          alpha: {
            provider: new Provider("alpha", { host: "unix:///var/run/docker.sock" }),
            listen: "192.0.2.1",
            socket: "/var/run/docker.sock",
          },
        },
        pauseImage: "pause@sha256:1",
        proxyImage: "haproxy@sha256:2",
        restarterImage: "node@sha256:3",
        protectVolumes: true,
        labels: { "dokomodo.stack": "test" },
      });
      platform.network("east", { hosts: ["alpha"] }, {}).workload("east-beer", workload, {});
    });
  });

  it("is a network, its restarter, a volume and one container each for pause, daemon and proxy", () => {
    expect(graph.map(({ type, name }) => `${name} ${type.split(":")[2]}`)).toEqual([
      "alpha docker",
      "east-alpha Network",
      "east-alpha-restarter Container",
      "east-beer Container",
      "east-beer-data Volume",
      "east-beer-pause Container",
      "east-beer-proxy Container",
    ]);
  });

  it("uses the explicit provider of its host everywhere", () => {
    const others = graph.filter(({ type }) => type !== "pulumi:providers:docker");
    expect(others.map(({ provider }) => provider)).toEqual(others.map(() => "alpha"));
  });

  it("publishes p2p ports on the pause container and nothing anywhere else", () => {
    expect(inputs("east-beer-pause")["ports"]).toEqual([
      { internal: 8922, external: 8922, ip: "192.0.2.1", protocol: "tcp" },
    ]);
    expect(containers().filter(({ inputs: { ports } }) => ports !== undefined)).toHaveLength(1);
  });

  it("lets its containers join the network and PID namespaces of pause", () => {
    for (const name of ["east-beer", "east-beer-proxy"]) {
      expect(inputs(name)).toMatchObject({
        networkMode: "container:east-beer-pause-id",
        pidMode: "container:east-beer-pause-id",
      });
    }
  });

  it.each(["east-beer", "east-beer-pause", "east-beer-proxy"])(
    "gives %s least privilege and a bounded life",
    (name) => {
      const container = inputs(name);
      expect(container).toMatchObject({
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        restart: "unless-stopped",
        logOpts: { "max-file": "5", "max-size": "20m" },
      });
      expect(container["user"]).toMatch(/^[1-9]/);
      expect(container["memorySwap"]).toBe(container["memory"]);
    },
  );

  it("stops the daemon with its grace wherever something stops it", () => {
    expect(inputs("east-beer")).toMatchObject({ destroyGraceSeconds: 930, stopTimeout: 930 });
  });

  it("protects and retains the volume and never replaces it", () => {
    expect(graph.find(({ name }) => name === "east-beer-data")).toMatchObject({
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["labels", "driverOpts", "driver"],
    });
  });

  it("gives the restarter the engine's socket and no network", () => {
    expect(inputs("east-alpha-restarter")).toMatchObject({
      name: "east-restarter",
      networkMode: "none",
      capabilities: { drops: ["ALL"] },
      command: ["/run/dokomodo/restarter.cjs", "/var/run/docker.sock", "dokomodo.network=east"],
      mounts: [{ type: "bind", source: "/var/run/docker.sock", target: "/var/run/docker.sock" }],
    });
    expect(inputs("east-beer")["labels"]).toContainEqual({ label: "dokomodo.network", value: "east" });
  });

  it("keeps the content of secret files secret, and of no other", () => {
    const contents = (name: string) =>
      JSON.parse(JSON.stringify(inputs(name)["uploads"])).map((file: { content: unknown }) => file.content);
    expect(contents("east-beer")).toEqual([SECRET]);
    expect(contents("east-beer-proxy")).toEqual([
      expect.stringContaining("listen serve"),
      "authority",
      SECRET,
    ]);
  });
});
