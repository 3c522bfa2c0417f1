import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageName } from "../../dev/images/images";
import { docker } from "../../dev/scenes/docker";
import { isRunning } from "../../dev/standIns/hosts/daemon";
import { leftoversOf } from "../../dev/standIns/hosts/leftovers";
import { poolOf } from "../../dev/standIns/hosts/pool";
import { processesOf } from "../../dev/standIns/hosts/processes";
import { run } from "../../dev/standIns/hosts/run";
import { type TestHost, TestHosts } from "../../dev/standIns/hosts/TestHosts";

const POOL = 90;
/** The range that this pool would use on a machine where the range is free. */
const USUAL = `10.99.${POOL}.0/24`;
const NODE = imageName("node");
const INFO = ["info", "--format", "{{.Name}} {{.ID}}"];
const ROOT = join(__dirname, "..", "..");

describe("test hosts", () => {
  let hosts: TestHosts;
  let beta: TestHost;

  beforeAll(async () => {
    await run("ip", "route", "replace", "blackhole", USUAL);
    hosts = await TestHosts.start(["alpha", "beta"], { pool: POOL });
    beta = hosts.host("beta");
    const server = `require("node:http").createServer((_, response) => response.end("beta")).listen(8080)`;
    await hosts.docker("beta", ...background("server"), "--publish", "8080:8080", NODE, "node", "-e", server);
  });
  afterAll(async () => {
    await hosts?.stop();
    await run("ip", "route", "delete", "blackhole", USUAL);
  });

  test("have addresses in a range that nothing else on the machine uses", () => {
    expect(beta.address).toBe(`10.101.${POOL}.12`);
  });

  test("each have their own engine, which is reached over SSH with their known key", async () => {
    const seen = await Promise.all(
      ["alpha", "beta"].map(async (name) => {
        const overSsh = await ssh(hosts, name, "docker", ...INFO.slice(0, -1), `'${INFO.at(-1)}'`);
        expect(overSsh).toBe(await hosts.docker(name, ...INFO));
        return overSsh.split(" ");
      }),
    );
    expect(seen.map(([name]) => name)).toEqual(["alpha", "beta"]);
    const machine = (await docker(...INFO)).split(" ");
    expect(new Set([...seen, machine].map(([, id]) => id)).size).toBe(3);
  });

  test("are the only hosts in known_hosts", async () => {
    const lines = (await readFile(hosts.knownHosts, "utf8")).trimEnd().split("\n");
    const addresses = lines.map((line) => line.split(" ")[0]).sort();
    expect(addresses).toEqual([hosts.host("alpha").address, beta.address]);
  });

  test("each have their own copy of the development stack's images", async () => {
    const change = ["sh", "-c", "echo changed > /etc/debian_version && cat /etc/debian_version"];
    const read = ["run", "--rm", NODE, "cat", "/etc/debian_version"];
    expect(await hosts.docker("alpha", "run", "--rm", "--user", "0", NODE, ...change)).toBe("changed");
    const unchanged = await docker(...read);
    expect(await hosts.docker("alpha", ...read)).toBe(unchanged);
    expect(await hosts.docker("beta", ...read)).toBe(unchanged);
  });

  test("reach each other's published ports from inside containers, and the machine reaches them", async () => {
    await expectServer(`http://${beta.address}:8080`);
    expect(await (await fetch(`http://${beta.address}:8080`)).text()).toBe("beta");
  });

  test("cannot be reached while they are cut, and can be reached again when they are mended", async () => {
    await hosts.cut("beta");
    expect(await callFromAlpha(`http://${beta.address}:8080`)).toBe("no answer");
    await expect(
      fetch(`http://${beta.address}:8080`, { signal: AbortSignal.timeout(2000) }),
    ).rejects.toThrow();
    await hosts.mend("beta");
    await expectServer(`http://${beta.address}:8080`);
  });

  test("have links with the delay that is set", async () => {
    const before = await roundTrip(beta);
    expect(before).toBeLessThan(15);
    await hosts.delay("beta", 30);
    expect(await roundTrip(beta)).toBeGreaterThan(30);
    expect(await roundTrip(beta)).toBeLessThan(30 + 15);
    expect(await roundTrip(hosts.host("alpha"))).toBeLessThan(15);
    await hosts.delay("beta", 60);
    expect(await roundTrip(beta)).toBeGreaterThan(60);
    await hosts.delay("beta", 0);
    expect(await roundTrip(beta)).toBeLessThan(15);
  });

  test("bring their containers back when the engine is stopped and started", async () => {
    await hosts.docker("alpha", ...background("kept"), NODE, "sleep", "3600");
    await hosts.docker("alpha", ...background("left", "no"), NODE, "sleep", "3600");
    const before = await startTime("alpha", "kept");
    await hosts.stopEngine("alpha");
    await expect(hosts.docker("alpha", "version")).rejects.toThrow("Cannot connect");
    await hosts.startEngine("alpha");
    expect(await startTime("alpha", "kept")).not.toBe(before);
    expect(await hosts.docker("alpha", "ps", "--format", "{{.Names}}")).toBe("kept");
  });

  test("bring their containers back when the engine is killed and started", async () => {
    const before = await startTime("alpha", "kept");
    await hosts.killEngine("alpha");
    await hosts.startEngine("alpha");
    expect(await startTime("alpha", "kept")).not.toBe(before);
    expect(await hosts.docker("alpha", "ps", "--format", "{{.Names}}")).toBe("kept");
  });

  test("lose everything but the images when they are wiped", async () => {
    await hosts.docker("alpha", "network", "create", "--subnet", "172.30.0.0/24", "lost");
    await hosts.docker("alpha", "volume", "create", "lost");
    const images = await imageIds();
    expect(images.length).toBeGreaterThan(0);
    await hosts.wipe("alpha");
    expect(await hosts.docker("alpha", "ps", "--all", "--quiet")).toBe("");
    expect(await hosts.docker("alpha", "volume", "ls", "--quiet")).toBe("");
    expect(await imageIds()).toEqual(images);
    await hosts.docker("alpha", "network", "create", "--subnet", "172.30.0.0/24", "new");
    await expectServer(`http://${beta.address}:8080`);
    expect(await ssh(hosts, "alpha", "docker", "ps", "--all", "--quiet")).toBe("");
  });

  test("can be joined by one more host", async () => {
    const gamma = await hosts.addHost("gamma");
    expect(gamma.address).toBe(beta.address.replace(/12$/, "13"));
    expect(await ssh(hosts, "gamma", "hostname")).toBe("gamma");
    expect(Object.keys(hosts.hosts)).toEqual(["alpha", "beta", "gamma"]);
  });

  test("cannot be taken over by another process", async () => {
    const up = run(
      process.execPath,
      "--require",
      "@swc-node/register",
      join(ROOT, "dev/standIns/hosts/main.ts"),
      "up",
      "other",
      "--pool",
      `${POOL}`,
    );
    await expect(up).rejects.toThrow(`Pool ${POOL} of test hosts is in use by process ${process.pid}`);
  });

  test("leave nothing behind", async () => {
    await hosts.delay("alpha", 10);
    await hosts.docker("alpha", ...background("last"), NODE, "sleep", "3600");
    const running = await processesOf(poolOf(POOL));
    expect(await leftoversOf(POOL)).toContain("link dkm90");
    // These are engines, their containerds, shims, containers and SSH servers.
    expect(running.length).toBeGreaterThan(10);
    await hosts.stop();
    expect(running.filter(isRunning)).toEqual([]);
    expect(await leftoversOf(POOL)).toEqual([]);
  });

  /** Arguments of docker that start a container in the background. */
  function background(name: string, restart = "always"): string[] {
    return ["run", "--detach", "--init", "--name", name, "--restart", restart];
  }

  async function expectServer(url: string): Promise<void> {
    await expect.poll(() => callFromAlpha(url), { timeout: 20_000 }).toBe("beta");
  }

  /** Sends a GET from a container on alpha and returns the answer. */
  async function callFromAlpha(url: string): Promise<string> {
    const script = `fetch("${url}", { signal: AbortSignal.timeout(3000) })
      .then((response) => response.text(), () => "no answer")
      .then((text) => process.stdout.write(text, () => process.exit()));`;
    return hosts.docker("alpha", "run", "--rm", NODE, "node", "-e", script);
  }

  async function imageIds(): Promise<string[]> {
    return (await hosts.docker("alpha", "images", "--quiet", "--no-trunc")).split("\n").sort();
  }

  async function startTime(host: string, container: string): Promise<string> {
    return hosts.docker(host, "inspect", "--format", "{{.State.StartedAt}}", container);
  }
});

async function ssh(hosts: TestHosts, name: string, ...command: string[]): Promise<string> {
  const options = [`UserKnownHostsFile=${hosts.knownHosts}`, "StrictHostKeyChecking=yes", "BatchMode=yes"];
  const flags = [...options, "IdentitiesOnly=yes"].flatMap((option) => ["-o", option]);
  return run(
    "ssh",
    "-F",
    "none",
    "-i",
    hosts.identity,
    ...flags,
    `root@${hosts.host(name).address}`,
    ...command,
  );
}

/** Milliseconds to open a connection, which is one round trip. This is the median of several. */
async function roundTrip({ address }: TestHost): Promise<number> {
  const times: number[] = [];
  for (let attempt = 0; attempt < 7; attempt += 1) {
    const started = performance.now();
    const socket = connect({ host: address, port: 22 });
    await once(socket, "connect");
    times.push(performance.now() - started);
    socket.destroy();
  }
  return times.sort((one, other) => one - other)[3] ?? Number.NaN;
}
