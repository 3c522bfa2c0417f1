import { Container, Network, Volume } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bench, docker, engine, idOf, image, prefix, run, sleeping } from "./dockerStack";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await bench.close();
});

interface PodArgs {
  readonly memory?: number;
  readonly label?: string;
  readonly interval?: string;
  readonly pauseLabel?: string;
}

/** A program with the shape of a workload: a container that holds the namespaces, and a daemon that joins them. */
function pod({
  memory = 64,
  label = "one",
  interval = "30s",
  pauseLabel = "one",
}: PodArgs = {}): pulumi.automation.PulumiFn {
  return async () => {
    const provider = engine();
    const network = new Network(
      "net",
      {
        name: `${prefix}net`,
        driver: "bridge",
        labels: [{ label: "stack", value: "test" }],
        ipamConfigs: [{ subnet: "10.213.7.0/24", gateway: "10.213.7.1" }],
      },
      { provider },
    );
    const volume = new Volume("data", { name: `${prefix}data`, labels: [] }, { provider });
    const common = {
      image,
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      logDriver: "json-file",
      logOpts: { "max-size": "20m", "max-file": "5" },
      restart: "unless-stopped",
      destroyGraceSeconds: 20,
      stopTimeout: 20,
      mustRun: true,
    };
    const holder = new Container(
      "pause",
      {
        ...common,
        name: `${prefix}pause`,
        hostname: "pod",
        user: "65534:65534",
        command: sleeping,
        memory: 32,
        memorySwap: 32,
        networkMode: "bridge",
        networksAdvanced: [{ name: network.name, aliases: ["pod"], ipv4Address: "10.213.7.9" }],
        labels: [{ label: "which", value: pauseLabel }],
        ports: [
          { internal: 7771, external: 17771, ip: "127.0.0.1", protocol: "tcp" },
          { internal: 9332, external: 19332, ip: "127.0.0.1", protocol: "tcp" },
        ],
      },
      { provider },
    );
    new Container(
      "daemon",
      {
        ...common,
        name: `${prefix}daemon`,
        entrypoints: ["/bin/sh"],
        command: ["/run/dokomodo/start.sh"],
        envs: ["HOME=/data", "GREETING=a=b c"],
        user: "0:0",
        workingDir: "/data",
        networkMode: pulumi.interpolate`container:${holder.id}`,
        pidMode: pulumi.interpolate`container:${holder.id}`,
        memory,
        memorySwap: memory,
        mounts: [{ type: "volume", source: volume.name, target: "/data" }],
        tmpfs: { "/tmp": "size=1m" },
        ulimits: [{ name: "nofile", soft: 1024, hard: 2048 }],
        shmSize: 32,
        healthcheck: { tests: ["CMD", "true"], interval, timeout: "5s", retries: 3, startPeriod: "1m0s" },
        labels: [{ label: "which", value: label }],
        uploads: [
          { file: "/run/dokomodo/start.sh", content: daemonScript, permissions: "0555" },
          {
            file: "/run/dokomodo/conf",
            content: pulumi.secret("rpcpassword=canary-7f1e\n"),
            permissions: "0440",
          },
          { file: "/run/dokomodo/owned", content: "x", permissions: "0400", owner: "1000", group: "1001" },
        ],
      },
      { provider },
    );
  };
}

/** Writes to the volume when it was asked to stop. A process that is killed at once cannot do so. */
const daemonScript = `echo started >> /data/log
trap 'sleep 1; echo "asked to stop" >> /data/log; exit 0' TERM
while :; do sleep 0.1; done
`;

describe("a pod", () => {
  test("comes up with its files, namespaces and limits", async () => {
    const stack = await bench.stack("pod", pod());
    const { summary } = await stack.up();
    expect(summary.resourceChanges).toEqual({ create: 6 });

    const holder = await docker.getContainer(`${prefix}pause`).inspect();
    const daemon = await docker.getContainer(`${prefix}daemon`).inspect();
    expect(Object.keys(holder.NetworkSettings.Networks)).toEqual([`${prefix}net`]);
    expect(daemon.HostConfig.NetworkMode).toBe(`container:${holder.Id}`);
    expect(daemon.HostConfig.CapDrop).toEqual(["ALL"]);
    expect(await run(`${prefix}daemon`, "stat", "-c", "%a %u:%g", "/run/dokomodo/start.sh")).toBe("555 0:0");
    expect(await run(`${prefix}daemon`, "stat", "-c", "%a %u:%g", "/run/dokomodo/owned")).toBe(
      "400 1000:1001",
    );
    expect(await run(`${prefix}daemon`, "cat", "/run/dokomodo/conf")).toBe("rpcpassword=canary-7f1e");
    expect(await run(`${prefix}daemon`, "hostname", "-I")).toBe("10.213.7.9 ");
  });

  test("has no more changes: a second up, a preview and a refresh change nothing", async () => {
    const stack = await bench.stack("pod", pod());
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 6 });
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true });
  });

  test("keeps a secret file secret", async () => {
    const written = bench.written();
    expect(written).toContain(`${prefix}daemon`);
    expect(written).not.toContain("canary-7f1e");
  });

  test("takes a new memory limit while it runs", async () => {
    const before = await idOf("daemon");
    const stack = await bench.stack("pod", pod({ memory: 96 }));
    expect((await stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 5 });
    const after = await docker.getContainer(`${prefix}daemon`).inspect();
    expect(after.Id).toBe(before);
    expect(after.HostConfig.Memory).toBe(96 * 1024 * 1024);
    await stack.refresh({ expectNoChanges: true });
  });

  test("is asked to stop and gets the time for it before it is replaced", async () => {
    const before = await idOf("daemon");
    const stack = await bench.stack("pod", pod({ memory: 96, label: "two" }));
    expect((await stack.up()).summary.resourceChanges).toEqual({ replace: 1, same: 5 });
    expect(await idOf("daemon")).not.toBe(before);
    expect(await run(`${prefix}daemon`, "cat", "/data/log")).toBe("started\nasked to stop\nstarted");
  });

  test("is replaced for another healthcheck, because no engine changes that in place", async () => {
    const stack = await bench.stack("pod", pod({ memory: 96, label: "two", interval: "10s" }));
    expect((await stack.preview()).changeSummary).toEqual({ replace: 1, same: 5 });
  });

  test("is asked to stop before the container whose namespaces it joins is replaced", async () => {
    const stack = await bench.stack("pod", pod({ memory: 96, label: "two", pauseLabel: "two" }));
    expect((await stack.preview()).changeSummary).toEqual({ replace: 2, same: 4 });
    expect((await stack.up()).summary.resourceChanges).toEqual({ replace: 2, same: 4 });
    const log = await run(`${prefix}daemon`, "cat", "/data/log");
    expect(log).toBe("started\nasked to stop\nstarted\nasked to stop\nstarted");
  });

  test("is replaced when the container whose namespaces it joins is gone", async () => {
    await docker.getContainer(`${prefix}pause`).remove({ force: true });
    const stack = await bench.stack("pod", pod({ memory: 96, label: "two", pauseLabel: "two" }));
    await stack.refresh();
    expect((await stack.up()).summary.resourceChanges).toEqual({ create: 1, replace: 1, same: 4 });
  });

  test("is removed completely", async () => {
    const stack = await bench.stack("pod", pod());
    await stack.destroy();
    const left = await docker.listContainers({ all: true, filters: { name: [prefix] } });
    expect(left).toEqual([]);
    expect((await docker.listVolumes({ filters: { name: [prefix] } })).Volumes).toEqual([]);
  });
});
