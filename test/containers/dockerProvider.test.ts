import { setTimeout as pause } from "node:timers/promises";
import { Container, Network, Volume } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bench, docker, engine, failure, host, idOf, image, prefix, single, sleeping } from "./dockerStack";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await bench.close();
});

describe("failures", () => {
  test("a container that could not start is started by the next up", async () => {
    const blocker = await docker.createContainer({
      name: `${prefix}blocker`,
      Image: image,
      Cmd: sleeping,
      ExposedPorts: { "80/tcp": {} },
      HostConfig: { PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "18080" }] } },
    });
    await blocker.start();
    const ports = [{ internal: 80, external: 18080, ip: "127.0.0.1", protocol: "tcp" }];
    const uploads = [{ file: "/f", content: pulumi.secret("canary-90ab") }];
    const stack = await bench.stack("broken", single("late", { ports, uploads }));
    const said = await failure(stack.up());
    expect(said).toContain(`container ${prefix}late: cannot start on ${host}`);
    expect(said).toContain("port is already allocated");
    expect(bench.written()).not.toContain("canary-90ab");
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

  test("memory without memorySwap is a difference at every run, as with the official plugin", async () => {
    const stack = await bench.stack("swap", single("swap", { memory: 64 }));
    await stack.up();
    const { stdout, changeSummary } = await stack.preview({ diff: true });
    expect(changeSummary).toEqual({ update: 1, same: 2 });
    expect(stdout).toMatch(/- memorySwap: 128/);
    await stack.destroy();
  });

  test("files that cannot be uploaded leave no container behind", async () => {
    const args = { readOnly: true, uploads: [{ file: "/f", content: "x" }] };
    const stack = await bench.stack("readonly", single("readonly", args));
    const said = await failure(stack.up());
    expect(said).toContain(`container ${prefix}readonly: cannot upload its files`);
    expect(said).toContain("marked read-only");
    expect(await failure(idOf("readonly"))).toContain("No such container");
    await stack.destroy();
  });

  test("the error names an image that cannot be found", async () => {
    const stack = await bench.stack("image", single("noimage", { image: "127.0.0.1:9/none:1" }));
    const said = await failure(stack.up());
    expect(said).toContain(
      `container ${prefix}noimage: its image 127.0.0.1:9/none:1 is not there and cannot be pulled`,
    );
  });

  test("a second network of the same name is refused", async () => {
    const other = await docker.createNetwork({ Name: `${prefix}twice` });
    const stack = await bench.stack("twice", async () => {
      new Network("twice", { name: `${prefix}twice` }, { provider: engine() });
    });
    expect(await failure(stack.up())).toContain(`network ${prefix}twice: cannot be created`);
    await other.remove();
  });

  test("an input that is not supported is refused in the preview", async () => {
    const stack = await bench.stack("unsupported", single("unsupported", { gpus: "all", command: [""] }));
    const said = await failure(stack.preview());
    expect(said).toContain("the offline docker provider does not support this input");
    expect(said).toContain("gpus");
    expect(said).toContain("command.0");
  });
});

describe("removals", () => {
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

test("an interrupted stop ends at once, and the next run continues it", async () => {
  const command = ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"];
  const stubborn = (destroyGraceSeconds: number) => single("stubborn", { command, destroyGraceSeconds });
  const stack = await bench.stack("interrupted", stubborn(300));
  await stack.up();
  const interrupt = new AbortController();
  const began = Date.now();
  setTimeout(() => interrupt.abort(), 4000);
  const said = await failure(stack.destroy({ signal: interrupt.signal }));
  expect(said).toContain(
    `container ${prefix}stubborn: cannot be stopped on unix:///var/run/docker.sock: interrupted`,
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
