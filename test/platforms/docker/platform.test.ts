import { Provider } from "@pulumi/docker/provider";
import { beforeEach, describe, expect, test } from "vitest";
import { DockerPlatform } from "../../../platforms/docker/platform";
import type { WorkloadArgs } from "../../../platforms/platform";
import { type RecordedResource, recordGraph, SECRET } from "../../components/recordGraph";
import { NEEDS, workload } from "../workload";

describe("a workload on Docker", () => {
  let graph: RecordedResource[];
  const inputs = (name: string) => graph.find((resource) => resource.name === name)?.inputs ?? {};
  const containers = () => graph.filter(({ type }) => type.endsWith(":Container"));

  const record = (args: WorkloadArgs) =>
    recordGraph(() => {
      const platform = new DockerPlatform({
        hosts: {
          alpha: {
            provider: new Provider("alpha", { host: "unix:///var/run/docker.sock" }),
            listen: "192.0.2.1",
            socket: "/var/run/docker.sock",
          },
        },
        proxyImage: "haproxy@sha256:2",
        restarterImage: "node@sha256:3",
        protectVolumes: true,
        labels: { "dokomodo.stack": "test" },
      });
      const network = { hosts: ["alpha"], calledFromElsewhere: [], linkPort: 7443 };
      platform.network("east", network, {}).workload("east-beer", args, {});
    });

  beforeEach(async () => {
    graph = await record(workload);
  });

  test("is a network, its restarter, a volume and one container each for pause, daemon and proxy", () => {
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

  test("uses the explicit provider of its host everywhere", () => {
    const others = graph.filter(({ type }) => type !== "pulumi:providers:docker");
    expect(others.map(({ provider }) => provider)).toEqual(others.map(() => "alpha"));
  });

  test("publishes p2p ports on the pause container only", () => {
    expect(inputs("east-beer-pause")["ports"]).toEqual([
      { internal: 8922, external: 18922, ip: "192.0.2.1", protocol: "tcp" },
    ]);
    expect(containers().filter(({ inputs: { ports } }) => ports !== undefined)).toHaveLength(1);
  });

  test("lets its containers join the network and PID namespaces of pause", () => {
    for (const name of ["east-beer", "east-beer-proxy"]) {
      expect(inputs(name)).toMatchObject({
        networkMode: "container:east-beer-pause-id",
        pidMode: "container:east-beer-pause-id",
      });
    }
  });

  test.each(["east-beer", "east-beer-pause", "east-beer-proxy"])(
    "gives %s least privilege, and limits of memory and log size",
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

  test("gives the daemon its grace period, whether Pulumi or Docker stops it", () => {
    expect(inputs("east-beer")).toMatchObject({ destroyGraceSeconds: 930, stopTimeout: 930 });
  });

  test("mounts a new volume in pause first, where every user may write, so that the image needs no home", () => {
    expect(inputs("east-beer-pause")["mounts"]).toEqual([
      { type: "volume", source: "east-beer-data", target: "/tmp" },
    ]);
  });

  test("shows a daemon its downloads, which it cannot change, and gives it directories of its own", async () => {
    const [daemon] = workload.containers;
    const needy = { ...workload, containers: [{ ...daemon, ...NEEDS }] as const };
    graph = await record(needy);
    expect(inputs("east-beer")["mounts"]).toEqual([
      { type: "volume", source: "east-beer-data", target: "/home/komodo/.komodo" },
      {
        type: "volume",
        source: "dokomodo-downloads",
        target: "/var/lib/dokomodo/downloads",
        readOnly: true,
      },
    ]);
    expect(inputs("east-beer")["tmpfs"]).toEqual({
      "/home/komodo/.zcash-params": "uid=3003,gid=2100000000,mode=0700,size=16m",
    });
    expect(graph.find(({ name }) => name === "east-beer")?.replaceOnChanges).toContain("tmpfs");
  });

  test("protects and retains the volume and never replaces it", () => {
    expect(graph.find(({ name }) => name === "east-beer-data")).toMatchObject({
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["labels", "driverOpts", "driver"],
    });
  });

  test("gives the restarter the engine's socket and no network", () => {
    expect(inputs("east-alpha-restarter")).toMatchObject({
      name: "east-restarter",
      networkMode: "none",
      capabilities: { drops: ["ALL"] },
      command: ["/run/dokomodo/restarter.cjs", "/var/run/docker.sock", "dokomodo.network=east"],
      mounts: [{ type: "bind", source: "/var/run/docker.sock", target: "/var/run/docker.sock" }],
    });
    expect(inputs("east-beer")["labels"]).toContainEqual({ label: "dokomodo.network", value: "east" });
  });

  test("marks the content of secret files as secret, and of no others", () => {
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

describe("a network that spans two hosts", () => {
  let graph: RecordedResource[];
  let addresses: readonly unknown[];
  const inputs = (name: string) => graph.find((resource) => resource.name === name)?.inputs ?? {};

  async function record({ skipped }: { skipped: boolean }) {
    graph = await recordGraph(() => {
      const host = (name: string, address: string) => ({
        provider: new Provider(name, { host: `ssh://ops@${address}` }),
        address,
        listen: "0.0.0.0",
        socket: "/var/run/docker.sock",
        skipped: skipped && name === "beta",
      });
      const platform = new DockerPlatform({
        hosts: { alpha: host("alpha", "192.0.2.1"), beta: host("beta", "192.0.2.2") },
        proxyImage: "haproxy@sha256:2",
        restarterImage: "node@sha256:3",
        protectVolumes: true,
        labels: {},
      });
      const args = { hosts: ["alpha", "beta"], calledFromElsewhere: ["beta"], linkPort: 7453 };
      const network = platform.network("east", args, {});
      const { addressFrom, addressFromElsewhere } = network.workload(
        "east-beer",
        { ...workload, host: "beta" },
        {},
      );
      addresses = [addressFrom("beta"), addressFrom("alpha"), addressFromElsewhere()];
    });
  }

  test("is reached by name from the same host, and by the host's address from any other", async () => {
    await record({ skipped: false });
    const remote = { name: "east-beer", hostname: "192.0.2.2", port: 7453, remote: true };
    expect(addresses).toEqual([
      { name: "east-beer", hostname: "east-beer", port: 7443, remote: false },
      remote,
      remote,
    ]);
  });

  test("opens one port for links, only on hosts that are called from elsewhere", async () => {
    await record({ skipped: false });
    expect(graph.map(({ name }) => name).filter((name) => name.endsWith("-gateway"))).toEqual([
      "east-beta-gateway",
    ]);
    expect(inputs("east-beta-gateway")).toMatchObject({
      name: "east-gateway",
      ports: [{ internal: 7443, external: 7453, ip: "0.0.0.0", protocol: "tcp" }],
      capabilities: { drops: ["ALL"] },
    });
    expect(JSON.stringify(inputs("east-beer-pause")["ports"])).not.toContain("7443");
  });

  test("registers nothing on a skipped host, but still knows the addresses of its workloads", async () => {
    await record({ skipped: true });
    expect(graph.filter(({ provider }) => provider === "beta")).toEqual([]);
    expect(graph.map(({ name }) => name)).toEqual(["alpha", "beta", "east-alpha", "east-alpha-restarter"]);
    expect(addresses[1]).toMatchObject({ hostname: "192.0.2.2" });
  });
});
