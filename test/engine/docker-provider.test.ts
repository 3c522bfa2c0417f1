import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Container, type ContainerArgs, Network, Provider, Volume } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bench, docker, failure, host, image, prefix, run } from "./docker-stack";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await bench.close();
});

const sleeping = ["sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"];

function engine(): Provider {
  return new Provider("here", { host });
}

/** One container of the given name, sleeping unless told otherwise. */
function single(name: string, args: Partial<ContainerArgs> = {}): pulumi.automation.PulumiFn {
  return async () => {
    new Container(name, { name: prefix + name, image, command: sleeping, ...args }, { provider: engine() });
  };
}

async function idOf(name: string): Promise<string> {
  return (await docker.getContainer(prefix + name).inspect()).Id;
}

interface PodArgs {
  readonly memory?: number;
  readonly label?: string;
  readonly interval?: string;
  readonly pauseLabel?: string;
}

/** The shape of a workload: a container that holds the namespaces, and a daemon in them. */
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
          { internal: 7771, external: 47771, ip: "127.0.0.1", protocol: "tcp" },
          { internal: 9332, external: 49332, ip: "127.0.0.1", protocol: "tcp" },
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

/** Says in the volume how it ended: only a process that was asked, and given time, says so. */
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

  test("comes to rest: second up, preview and refresh change nothing", async () => {
    const stack = await bench.stack("pod", pod());
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 6 });
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true });
  });

  test("keeps a secret file secret", async () => {
    const written = bench.written();
    expect(written).toContain("dkt-daemon");
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

  test("is asked to stop, and given the time, before it is replaced", async () => {
    const before = await idOf("daemon");
    const stack = await bench.stack("pod", pod({ memory: 96, label: "two" }));
    expect((await stack.up()).summary.resourceChanges).toEqual({ replace: 1, same: 5 });
    expect(await idOf("daemon")).not.toBe(before);
    expect(await run(`${prefix}daemon`, "cat", "/data/log")).toBe("started\nasked to stop\nstarted");
  });

  test("is replaced for another healthcheck, which no engine changes in place", async () => {
    const stack = await bench.stack("pod", pod({ memory: 96, label: "two", interval: "10s" }));
    expect((await stack.preview()).changeSummary).toEqual({ replace: 1, same: 5 });
  });

  test("is asked to stop before the container whose namespaces it lives in is replaced", async () => {
    const stack = await bench.stack("pod", pod({ memory: 96, label: "two", pauseLabel: "two" }));
    expect((await stack.preview()).changeSummary).toEqual({ replace: 2, same: 4 });
    expect((await stack.up()).summary.resourceChanges).toEqual({ replace: 2, same: 4 });
    const log = await run(`${prefix}daemon`, "cat", "/data/log");
    expect(log).toBe("started\nasked to stop\nstarted\nasked to stop\nstarted");
  });

  test("is replaced when the container whose namespaces it lives in is gone", async () => {
    await docker.getContainer(`${prefix}pause`).remove({ force: true });
    const stack = await bench.stack("pod", pod({ memory: 96, label: "two", pauseLabel: "two" }));
    await stack.refresh();
    expect((await stack.up()).summary.resourceChanges).toEqual({ create: 1, replace: 1, same: 4 });
  });

  test("goes without a trace", async () => {
    const stack = await bench.stack("pod", pod());
    await stack.destroy();
    const left = await docker.listContainers({ all: true, filters: { name: [prefix] } });
    expect(left).toEqual([]);
    expect((await docker.listVolumes({ filters: { name: [prefix] } })).Volumes).toEqual([]);
  });
});

describe("what breaks", () => {
  test("a container that could not start is started by the next up", async () => {
    const blocker = await docker.createContainer({
      name: `${prefix}blocker`,
      Image: image,
      Cmd: sleeping,
      ExposedPorts: { "80/tcp": {} },
      HostConfig: { PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "48080" }] } },
    });
    await blocker.start();
    const ports = [{ internal: 80, external: 48080, ip: "127.0.0.1", protocol: "tcp" }];
    const stack = await bench.stack(
      "broken",
      single("late", { ports, uploads: [{ file: "/f", content: "x" }] }),
    );
    const said = await failure(stack.up());
    expect(said).toContain(`container dkt-late: cannot start on ${host}`);
    expect(said).toContain("port is already allocated");
    const before = await idOf("late");

    await blocker.remove({ force: true });
    expect((await stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    expect(await idOf("late")).toBe(before);
    expect((await docker.getContainer(before).inspect()).State.Running).toBe(true);
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true });
    await stack.destroy();
  });

  test("a container that stopped is started, one that is gone is made anew", async () => {
    const stack = await bench.stack("drift", single("drift"));
    await stack.up();
    const before = await idOf("drift");
    await docker.getContainer(before).stop();
    await stack.refresh();
    expect((await stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    expect((await docker.getContainer(before).inspect()).State.Running).toBe(true);

    await docker.getContainer(before).remove({ force: true });
    await stack.refresh();
    expect((await stack.up()).summary.resourceChanges).toEqual({ create: 1, same: 2 });
    expect(await idOf("drift")).not.toBe(before);

    await docker.getContainer(`${prefix}drift`).remove({ force: true });
    await stack.destroy();
  });

  test("files that cannot be uploaded leave no container behind", async () => {
    const args = { readOnly: true, uploads: [{ file: "/f", content: "x" }] };
    const stack = await bench.stack("readonly", single("readonly", args));
    const said = await failure(stack.up());
    expect(said).toContain("container dkt-readonly: cannot upload its files");
    expect(said).toContain("marked read-only");
    expect(await failure(idOf("readonly"))).toContain("No such container");
    await stack.destroy();
  });

  test("an image that is nowhere is named", async () => {
    const stack = await bench.stack("image", single("noimage", { image: "127.0.0.1:9/none:1" }));
    const said = await failure(stack.up());
    expect(said).toContain(
      "container dkt-noimage: its image 127.0.0.1:9/none:1 is not there and cannot be pulled",
    );
  });

  test("a second network of the same name is refused", async () => {
    const other = await docker.createNetwork({ Name: `${prefix}twice` });
    const stack = await bench.stack("twice", async () => {
      new Network("twice", { name: `${prefix}twice` }, { provider: engine() });
    });
    expect(await failure(stack.up())).toContain("network dkt-twice: cannot be created");
    await other.remove();
  });

  test.each([
    [
      "unix:///nowhere.sock",
      "cannot reach the Docker Engine at unix:///nowhere.sock: there is no such socket",
    ],
    [
      "tcp://127.0.0.1:9",
      "cannot reach the Docker Engine at tcp://127.0.0.1:9: connection refused. Is it running?",
    ],
    ["ssh://ops@198.51.100.10", "cannot reach ssh://ops@198.51.100.10 over ssh yet"],
    ["localhost:2375", '"localhost:2375" is no Docker host'],
  ])("an engine at %s is explained", async (url, message) => {
    const stack = await bench.stack("unreachable", async () => {
      new Volume("v", { name: `${prefix}v` }, { provider: new Provider("there", { host: url }) });
    });
    expect(await failure(stack.up())).toContain(message);
  });

  test("an input that is not supported is refused in the preview", async () => {
    const stack = await bench.stack("unsupported", single("unsupported", { gpus: "all", command: [""] }));
    const said = await failure(stack.preview());
    expect(said).toContain("the offline docker provider does not support this input");
    expect(said).toContain("gpus");
    expect(said).toContain("command.0");
  });
});

describe("what goes", () => {
  test("a retained volume stays", async () => {
    const stack = await bench.stack("retained", async () => {
      new Volume("kept", { name: `${prefix}kept` }, { provider: engine(), retainOnDelete: true });
    });
    await stack.up();
    await stack.destroy();
    expect((await docker.getVolume(`${prefix}kept`).inspect()).Name).toBe(`${prefix}kept`);
  });

  test("a volume is waited for while something uses it", async () => {
    const stack = await bench.stack("used", async () => {
      new Volume("used", { name: `${prefix}used` }, { provider: engine() });
    });
    await stack.up();
    const user = await docker.createContainer({
      name: `${prefix}user`,
      Image: image,
      Cmd: sleeping,
      HostConfig: { Binds: [`${prefix}used:/data`] },
    });
    const destroyed = stack.destroy();
    await pause(6000);
    await user.remove({ force: true });
    await destroyed;
    expect(await failure(docker.getVolume(`${prefix}used`).inspect())).toContain("no such volume");
  });
});

test("an interrupted stop does not keep the operator waiting, and is taken up again", async () => {
  const command = ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"];
  const stubborn = (destroyGraceSeconds: number) => single("stubborn", { command, destroyGraceSeconds });
  const stack = await bench.stack("interrupted", stubborn(300));
  await stack.up();
  const interrupt = new AbortController();
  const began = Date.now();
  setTimeout(() => interrupt.abort(), 4000);
  const said = await failure(stack.destroy({ signal: interrupt.signal }));
  expect(said).toContain(
    "container dkt-stubborn: cannot be stopped on unix:///var/run/docker.sock: interrupted",
  );
  expect(Date.now() - began).toBeLessThan(20_000);

  await (await bench.stack("interrupted", stubborn(1))).up();
  await stack.destroy();
  expect(await failure(idOf("stubborn"))).toContain("No such container");
});

test("many containers come up side by side", async () => {
  const stack = await bench.stack("many", async () => {
    const provider = engine();
    for (let index = 0; index < 16; index++)
      new Container(
        `many-${index}`,
        { name: `${prefix}many-${index}`, image, command: sleeping, destroyGraceSeconds: 10 },
        { provider },
      );
  });
  expect((await stack.up({ parallel: 8 })).summary.resourceChanges).toEqual({ create: 18 });
  expect((await stack.up({ parallel: 8 })).summary.resourceChanges).toEqual({ same: 18 });
  await stack.destroy({ parallel: 8 });
});

test("the plugin ends with the engine that started it", async () => {
  const plugin = spawn(bench.plugin, ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = await once(plugin.stdout, "data");
  expect(Number(port)).toBeGreaterThan(0);
  plugin.stdin.end();
  expect(await once(plugin, "exit")).toEqual([0, null]);
});
