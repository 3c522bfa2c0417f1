import { setTimeout as pause } from "node:timers/promises";
import { Container, Provider, Volume } from "@pulumi/docker";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Engine, openEngine } from "../../dev/standIns/providers/docker/engine";
import { Bench, docker, failure, image, prefix, sleeping } from "../containers/dockerStack";
import { SshServer } from "./SshServer";

let bench: Bench;
let server: SshServer;
/** A second host, for a test that runs beside one of the first. */
let other: SshServer;
beforeAll(async () => {
  [bench, server, other] = await Promise.all([Bench.open(), SshServer.open(), SshServer.open()]);
});
afterEach(async ({ expect }) => {
  await noneLeft({ expect });
});
afterAll(async () => {
  await bench.close();
  await server.close();
  await other.close();
});

/** Waits until no ssh process and no connection is left. Both end a moment after they were asked to. */
async function noneLeft({
  milliseconds = 5000,
  at = server,
  // Tests that run at the same time need one each.
  expect: own = expect,
} = {}): Promise<void> {
  await own.poll(() => at.clients(), { timeout: milliseconds }).toEqual([]);
  await own.poll(() => at.connections(), { timeout: 5000 }).toEqual([]);
}

function open(sshOpts = server.options(), host = server.url()): Engine {
  return openEngine({ host, sshOpts: JSON.stringify(sshOpts) });
}

function ping(engine: Engine): Promise<unknown> {
  return engine.ask("the host: cannot be asked", (docker) => docker.ping());
}

/** Starts a container that runs until it is removed, and returns its id. */
async function running(name: string): Promise<string> {
  const container = await docker.createContainer({ name: prefix + name, Image: image, Cmd: sleeping });
  await container.start();
  return container.id;
}

// Both tests wait for half a minute. Each has a host of its own, so they wait at the same time.
describe.concurrent("ssh processes that are not used any more", () => {
  test("are one for each request under way; two are kept for later requests, and end after 30 s without use", async ({
    expect,
  }) => {
    const engine = open();
    await Promise.all(Array.from({ length: 6 }, () => ping(engine)));
    await expect.poll(async () => (await server.clients()).length, { timeout: 5000 }).toBe(2);
    const before = server.logins();
    await ping(engine);
    await Promise.all([ping(engine), ping(engine)]);
    expect(server.logins()).toBe(before);
    expect((await server.clients()).length).toBe(2);
    await pause(25_000);
    expect((await server.clients()).length).toBe(2);
    await noneLeft({ milliseconds: 10_000, expect });
  });

  test("are one for all requests over a connection that is shared (ControlMaster), and it ends by itself", async ({
    expect,
  }) => {
    const before = other.logins();
    for (const engine of [
      open(other.sharedOptions(3), other.url()),
      open(other.sharedOptions(3), other.url()),
    ]) {
      await ping(engine);
      await Promise.all([ping(engine), ping(engine), ping(engine)]);
    }
    expect(other.logins()).toBe(before + 1);
    await noneLeft({ milliseconds: 45_000, at: other, expect });
  });
});

describe("the ssh processes of a provider", () => {
  test("end with the request that is cancelled", async () => {
    const id = await running("cancelled");
    const cancel = new AbortController();
    const waited = open().ask("container x: cannot be waited for", (docker) =>
      docker.getContainer(id).wait({ abortSignal: cancel.signal }),
    );
    await expect.poll(async () => (await server.connections()).length, { timeout: 5000 }).toBe(1);
    await pause(1000);
    cancel.abort();
    expect(await failure(waited)).toContain("container x: cannot be waited for on ssh://");
    await noneLeft();
  });

  test("end with a provider that is killed", async () => {
    const stack = await bench.stack("killed", async () => {
      const provider = new Provider("there", { host: server.url(), sshOpts: server.options() });
      const args = { name: `${prefix}killed`, image, command: sleeping, attach: true, mustRun: false };
      new Container("killed", args, { provider });
    });
    const ended = failure(stack.up());
    const isUp = async () => (await docker.getContainer(`${prefix}killed`).inspect()).State.Running;
    await expect.poll(() => isUp().catch(() => false), { timeout: 60_000 }).toBe(true);
    await endProviders("SIGKILL");
    await ended;
    await noneLeft();
    await docker.getContainer(`${prefix}killed`).remove({ force: true });
  });

  test("end with a provider that gets SIGTERM while they still connect", async () => {
    const stack = await bench.stack("connecting", async () => {
      const provider = new Provider("there", { host: server.url(), sshOpts: server.options() });
      new Volume("connecting", { name: `${prefix}connecting` }, { provider });
    });
    server.signal("SIGSTOP");
    try {
      const ended = failure(stack.up());
      await expect.poll(async () => (await server.clients()).length, { timeout: 30_000 }).toBe(1);
      await endProviders("SIGTERM");
      // This is long before ConnectTimeout.
      await expect.poll(() => server.clients(), { timeout: 3000 }).toEqual([]);
      await ended;
    } finally {
      server.signal("SIGCONT");
    }
  });
});

async function endProviders(signal: NodeJS.Signals): Promise<void> {
  const { stdout } = await execa("pgrep", ["-f", `^${process.execPath} ${bench.bundle}`]);
  for (const pid of stdout.split("\n")) process.kill(Number(pid), signal);
}

test("a connection that is lost in the middle of an answer is an error, with ssh's own words", async () => {
  const id = await running("lost");
  const host = server.url();
  const waited = failure(
    open().ask("container x: cannot be waited for", (docker) => docker.getContainer(id).wait()),
  );
  await expect.poll(async () => (await server.connections()).length, { timeout: 5000 }).toBe(1);
  await pause(1000);
  for (const pid of await server.connections()) process.kill(pid);
  expect(await waited).toContain(
    `container x: cannot be waited for: cannot reach the Docker Engine at ${host}: Connection to 127.0.0.1 closed`,
  );
});

test("the error says that ssh is missing", async () => {
  vi.stubEnv("PATH", "/nowhere");
  const said = await failure(ping(open()));
  vi.unstubAllEnvs();
  expect(said).toContain(`the Docker Engine at ${server.url()}: ssh cannot be run: spawn ssh ENOENT`);
});

describe("with a connection that all share (ControlMaster)", () => {
  test("an error does not wait for the process in the background, which may hold ssh's standard error", async () => {
    // With -v, the process in the background keeps standard error open.
    const engine = open([...server.sharedOptions(60), "-v"], server.url("withoutDocker"));
    const began = Date.now();
    expect(await failure(ping(engine))).toMatch(/docker: (command )?not found/);
    expect(Date.now() - began).toBeLessThan(20_000);
    const [master = ""] = await server.clients();
    expect(master).toContain("[mux]");
    process.kill(Number.parseInt(master, 10));
  });
});

const pauseImage = "dokomodo-testbed/pause:dev";

/** The provider's message when sshd drops a connection beyond its limits. */
const dropped = /Connection (closed|reset) by 127\.0\.0\.1 port \d+\. .*MaxStartups/;

// hosts/fortyChains does the same over connections of their own. A connection that is shared has ten sessions (MaxSessions).
test("fifteen containers come up side by side over a connection that they share", async () => {
  const stack = await bench.stack("many", async () => {
    const provider = new Provider("there", { host: server.url(), sshOpts: server.sharedOptions(5) });
    for (let index = 0; index < 15; index++)
      new Container(`many-${index}`, { name: `${prefix}many-${index}`, image: pauseImage }, { provider });
  });
  // sshd may drop some of these connections. The next run then makes only what is missing.
  for (let runs = 1; ; runs++) {
    const error = await stack.up({ parallel: 32 }).then(() => undefined, String);
    if (error === undefined) break;
    expect(error).toMatch(dropped);
    expect(runs).toBeLessThan(6);
  }
  const there = await docker.listContainers({ filters: { name: [`${prefix}many-`] } });
  expect(there.length).toBe(15);
  await noneLeft({ milliseconds: 15_000 });
  await stack.destroy({ parallel: 4 });
  await noneLeft({ milliseconds: 15_000 });
});
