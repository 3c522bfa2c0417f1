import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageName } from "../../dev/images/images";
import { execute, linesOf, seenOf } from "../../dev/scenes/operations";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { NO_MEMORY } from "../../notary/memory";
import type { NetworkPlan } from "../../notary/networkPlan";
import { DockerOperations } from "../../platforms/docker/operations/DockerOperations";

const NETWORK = "sight";
const FIRST_NAME = "before";
/** A look gives each host 2 s. The rest is for a machine with other tests. */
const MOST_SECONDS = 4;
const HOSTS = ["alpha", "beta", "gamma"];
const NODE_IMAGE = imageName("node");
const IMAGE = imageName("komodod-regtest");
const ASLEEP = ["sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait"];
const PATIENCE = { timeout: 20_000 };
/** 64 KiB of every byte, and a line that is longer than an entry of the log. */
const NOISE = `node -e '
  const all = Buffer.from(Array.from({ length: 65536 }, (_, index) => index % 256));
  process.stdout.write(Buffer.concat([all, Buffer.from("\\n" + "é".repeat(20000) + "\\r\\n")]));
  setInterval(() => {}, 100000);'`;

/** Images and commands of containers that do not just sleep. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  "sight-loop": [IMAGE, "sh", "-c", "echo a turn; exit 3"],
  "sight-noise": [NODE_IMAGE, "sh", "-c", NOISE],
};

/** Names of workloads, each with the host that has it. */
const WORKLOADS = {
  "sight-kmd": "alpha",
  "sight-loop": "alpha",
  "sight-noise": "alpha",
  "sight-foreign": "alpha",
  "sight-beer": "beta",
  "sight-ltc": "gamma",
};

const network: NetworkPlan = {
  name: NETWORK,
  owner: "node sight",
  workloads: Object.entries(WORKLOADS).map(([name, host]) => ({
    name,
    what: name,
    host,
    sidecars: [],
    memory: NO_MEMORY,
    published: [],
  })),
  hosts: HOSTS,
  link: { port: 7443, remedy: "" },
  calledByWorkloads: [],
  calledFromElsewhere: [],
};

describe("operations on hosts over SSH", () => {
  let hosts: TestHosts;
  let operations: DockerOperations;
  let asked = 0;
  const open = (stackName: string, firstName: string) =>
    new DockerOperations(
      Object.values(hosts.hosts).map(({ name, docker }) => {
        return { name, docker, ssh: { knownHosts: hosts.knownHosts, identity: hosts.identity } };
      }),
      {
        stackName,
        networks: [network],
        firstName: async () => {
          asked += 1;
          return firstName;
        },
      },
    );
  const at = (workload: keyof typeof WORKLOADS) => ({ host: WORKLOADS[workload], workload });
  const timedLook = async () => {
    const started = Date.now();
    const sight = await operations.look();
    const seconds = (Date.now() - started) / 1000;
    const problems = sight.hosts.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [[name, problem]],
    );
    return { ...sight, seconds, problems: Object.fromEntries(problems) };
  };

  beforeAll(async () => {
    hosts = await TestHosts.start(HOSTS, { pool: 23, engine: "current" });
    await Promise.all(HOSTS.map(fill));
    await hosts.docker("alpha", "run", "--detach", "--name", "sight-foreign", IMAGE, ...ASLEEP);
    operations = open("after", FIRST_NAME);
  });
  afterAll(async () => {
    operations?.close();
    await hosts?.stop();
  });

  /** Makes what a stack would make on a host. */
  async function fill(host: string): Promise<void> {
    const stack = ["--label", `dokomodo.stack=${FIRST_NAME}`];
    const own = [...stack, "--label", `dokomodo.network=${NETWORK}`];
    const run = (name: string, ...args: readonly string[]) =>
      hosts.docker(host, "run", "--detach", "--restart", "unless-stopped", "--name", name, ...args);
    await run(`${NETWORK}-restarter`, ...stack, "--network", "none", NODE_IMAGE, ...ASLEEP);
    for (const [name, place] of Object.entries(WORKLOADS)) {
      if (place !== host || name === "sight-foreign") continue;
      await run(`${name}-pause`, ...own, IMAGE, ...ASLEEP);
      const joins = [...own, "--network", `container:${name}-pause`];
      await run(`${name}-proxy`, ...joins, IMAGE, ...ASLEEP);
      await run(name, ...joins, ...(COMMANDS[name] ?? [IMAGE, ...ASLEEP]));
    }
  }

  test("see what runs on all hosts of a renamed stack, and leave alone what others made", async () => {
    const { containers, hosts: seen, problems, seconds } = await timedLook();
    console.log(`the first look at three hosts took ${seconds} s, with their logins`);
    expect(problems).toEqual({});
    expect(seen.every(({ memory, disk }) => memory !== undefined && disk !== undefined)).toBe(true);
    expect(containers.map(({ workload }) => workload)).not.toContain("sight-foreign");
    expect(containers.filter(({ name }) => name === "sight-restarter")).toHaveLength(3);
    expect(asked).toBe(1);
    const again = await timedLook();
    console.log(`the next one took ${again.seconds} s`);
    expect(again.seconds).toBeLessThan(2);
    await expect(execute(operations, at("sight-foreign"), ["true"])).rejects.toThrow(
      /^host alpha \(ssh:\/\/\S+\): it has no sight-foreign of this stack/,
    );
    const other = open("after", "another");
    expect((await other.look()).containers).toEqual([]);
    await expect(other.stop(at("sight-kmd"), {})).rejects.toThrow(/it has no sight-kmd/);
    other.close();
  });

  test("tell of a container that ends again and again, and follow its log over its ends", async () => {
    const look = async () => (await seenOf(operations, "sight-loop"))[""];
    await expect.poll(look, PATIENCE).toMatchObject({
      state: "starting",
      why: "it ended with 3, and Docker starts it again",
      lastExit: { code: 3, outOfMemory: false },
    });
    expect((await look())?.restarts).toBeGreaterThan(0);
    const end = new AbortController();
    const turns: string[] = [];
    const following = operations.logs(
      at("sight-loop"),
      { follow: true, since: new Date(), signal: end.signal },
      ({ text }) => {
        turns.push(text);
        if (turns.length === 2) end.abort();
      },
    );
    await following;
    expect(turns).toEqual(["a turn", "a turn"]);
    await operations.stop(at("sight-loop"), {});
    expect(await look()).toMatchObject({ state: "stopped", why: "somebody stopped it" });
  });

  test("read a log of any bytes, in whole lines", async () => {
    const lines = (await linesOf(operations, at("sight-noise"))).map(({ text }) => text);
    expect(lines.at(-1) === "é".repeat(20_000)).toBe(true);
    // A line ends at each byte 10, and the last of these bytes end one more.
    expect(lines).toHaveLength(65536 / 256 + 2);
  });

  test("carry a command's input and output unchanged, and its exit code", async () => {
    const bytes = "0123456789abcdef".repeat(2 ** 16);
    const { code, output } = await execute(operations, at("sight-kmd"), ["sh", "-c", "cat; exit 5"], {
      input: Readable.from([bytes]),
    });
    expect(code).toBe(5);
    expect(output === bytes).toBe(true);
    const early = await execute(operations, at("sight-kmd"), ["sh", "-c", "head -c 3; exit 4"], {
      input: Readable.from([bytes]),
    });
    expect(early).toMatchObject({ code: 4, output: "012" });
    const size = await execute(operations, at("sight-kmd"), ["sh", "-c", "sleep 0.3; stty size"], {
      terminal: { rows: 17, columns: 91 },
    });
    expect(size.output).toBe("17 91\r\n");
  });

  test("lose of a look only the host whose engine hangs, and get it back", async () => {
    const pid = Number(readFileSync(join(hosts.host("gamma").folder, "dockerd.pid"), "utf8"));
    process.kill(pid, "SIGSTOP");
    const { problems, containers, seconds } = await timedLook().finally(() => process.kill(pid, "SIGCONT"));
    console.log(`a look past an engine that hangs took ${seconds} s`);
    expect(problems).toEqual({
      gamma: expect.stringMatching(
        /^host gamma \(ssh:\/\/\S+\): no answer in 2 s\. Is the machine up, .* If it is, its Docker Engine hangs/,
      ),
    });
    expect(containers.map(({ host }) => host)).toEqual(expect.arrayContaining(["alpha", "beta"]));
    expect(containers.map(({ host }) => host)).not.toContain("gamma");
    expect(seconds).toBeLessThan(MOST_SECONDS);
    await expect.poll(async () => (await timedLook()).problems, PATIENCE).toEqual({});
  });

  test("lose of a look only the host that is cut off, and get it back", async () => {
    await hosts.cut("beta");
    const { problems, containers, seconds } = await timedLook().finally(() => hosts.mend("beta"));
    console.log(`a look past a host that is cut off took ${seconds} s`);
    expect(Object.keys(problems)).toEqual(["beta"]);
    expect(problems["beta"]).toMatch(/no answer in 2 s|no way to it/);
    expect(new Set(containers.map(({ host }) => host))).toEqual(new Set(["alpha", "gamma"]));
    expect(seconds).toBeLessThan(MOST_SECONDS);
    await expect.poll(async () => (await timedLook()).problems, PATIENCE).toEqual({});
  });
});
