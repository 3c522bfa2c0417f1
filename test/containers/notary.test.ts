import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareDocker } from "../../setup/docker";
import { prepareImages } from "../../setup/images";
import { docker, dockerLogs, restarted, startTimes } from "../testbed/docker";
import {
  askIguana,
  callDaemon,
  DAEMONS,
  height,
  iguanaHeight,
  readContainerFile,
  SYMBOLS,
  untilWhole,
  untilWholeAgain,
} from "../testbed/notary";
import { TestStack } from "../testbed/stack";

const NOTARY = "north";
const PASSPHRASE = "canary phrase of the north";

describe("a notary on one Docker host", () => {
  let stack: TestStack;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NOTARY, PASSPHRASE, "127.0.0.2");
    await stack.up();
    await untilWhole(NOTARY, 120);
  });
  afterAll(() => stack.destroy());

  it.each(SYMBOLS)("lets Iguana see %s at its daemon's height, notarised", async (symbol) => {
    expect(await iguanaHeight(NOTARY, symbol)).toBe(await height(NOTARY, symbol));
    const publicKey = await notaryKey();
    const again = { agent: "iguana", method: "dpow", symbol, pubkey: publicKey };
    expect(await askIguana(NOTARY, again)).toMatchObject({ error: "cant dPoW same coin again" });
  });

  it("shows a mined block at Iguana's next poll", async () => {
    const before = Number(await height(NOTARY, "BEER"));
    await untilWholeAgain(NOTARY, await beerAddress(), 15);
    expect(await iguanaHeight(NOTARY, "BEER")).toBe(before + 1);
  });

  it("carries the daemons' own calls: assetchains to KMD, KMD to LTC", async () => {
    expect(await dockerLogs("north-beer")).toMatch(/KMD at 127\.0\.0\.1:7771 answers/);
    expect(await dockerLogs("north-kmd")).toMatch(/LTC at 127\.0\.0\.1:9332 answers/);
  });

  it("writes BEER's conf with the keys that it had in 2018, for its owner alone", async () => {
    const conf = await readContainerFile("north-beer", DAEMONS.BEER.conf);
    const keys = conf.split("\n").flatMap((line) => (line === "" ? [] : [line.split("=")[0]]));
    expect(keys).toEqual(["rpcuser", "rpcpassword", "rpcport", "server", "txindex", "rpcworkqueue"]);
    expect(await docker("exec", "north-beer", "stat", "-c", "%a %u", DAEMONS.BEER.conf)).toBe("600 3003");
  });

  it("shares no volume between Iguana and a chain", async () => {
    const format = "{{range .Mounts}}{{.Name}} {{end}}";
    const mounts = (name: string) => docker("inspect", "--format", format, name);
    expect(await mounts("north-iguana")).toBe("");
    expect(await mounts("north-beer")).not.toBe(await mounts("north-pizza"));
  });

  it("publishes p2p ports and the dPoW bus and nothing else", async () => {
    const ports = await docker("ps", "--filter", "name=^north-", "--format", "{{.Ports}}");
    const published = [...ports.matchAll(/:(\d+)->/g)].map(([, port]) => Number(port)).sort((a, b) => a - b);
    expect(published).toEqual([7770, 7775, 8922, 9333, 11607]);
  });

  it("has no change to make at once after it came up, not even against what really runs", async () => {
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
    await stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });

  it("takes a chain more without a restart of another chain's daemon", async () => {
    const before = await startTimes(NOTARY);
    stack.changeNotary((notary) => notary.chains.push("KV"));
    await stack.up();
    await untilWhole(NOTARY, 60, 5);
    expect(restarted(before, await startTimes(NOTARY))).toEqual([
      "north-iguana",
      "north-iguana-agent",
      "north-iguana-proxy",
      "north-kv",
      "north-kv-pause",
      "north-kv-proxy",
    ]);
  });

  it("loses a chain without a restart of another chain's daemon, and keeps its volume", async () => {
    const before = await startTimes(NOTARY);
    stack.changeNotary((notary) => notary.chains.pop());
    await stack.up();
    await untilWhole(NOTARY, 60);
    const after = await startTimes(NOTARY);
    expect(restarted(before, after)).toEqual(["north-iguana", "north-iguana-agent", "north-iguana-proxy"]);
    expect(Object.keys(after).filter((name) => name.startsWith("north-kv"))).toEqual([]);
    expect(await docker("volume", "ls", "--quiet", "--filter", "name=^north-kv")).toBe("north-kv-data");
  });

  it("changes BEER's password on both its sides and restarts no other daemon", async () => {
    const conf = () => readContainerFile("north-beer", DAEMONS.BEER.conf);
    const oldConf = await conf();
    const before = await startTimes(NOTARY);
    stack.changeNotary((notary) => {
      notary.rotation = { BEER: "2" };
    });
    await stack.up();
    await untilWhole(NOTARY, 60);
    // The proxies between the two go on: they hold no password.
    expect(restarted(before, await startTimes(NOTARY))).toEqual([
      "north-beer",
      "north-iguana",
      "north-iguana-agent",
    ]);
    const newConf = await conf();
    expect(newConf).not.toBe(oldConf);
    expect(await readContainerFile("north-iguana", "/home/iguana/.komodo/BEER/BEER.conf")).toBe(newConf);
  });

  it.each([
    "north-beer",
    "north-beer-pause",
    "north-beer-proxy",
    "north-kmd",
    "north-kmd-pause",
    "north-ltc",
    "north-iguana",
    "north-iguana-agent",
    "north-iguana-pause",
    "north-iguana-proxy",
    "north-restarter",
  ])("is whole again within 60 s after %s was killed", async (container) => {
    const before = await startTimes(NOTARY);
    process.kill(Number(await docker("inspect", "--format", "{{.State.Pid}}", container)), "SIGKILL");
    await expect
      .poll(() => startTimes(NOTARY).then((after) => restarted(before, after)), { timeout: 30_000 })
      .toContain(container);
    const seconds = await untilWholeAgain(NOTARY, await beerAddress(), 60);
    console.log(`whole ${seconds.toFixed(1)} s after ${container} came back`);
    await expect
      .poll(async () => Object.keys(await startTimes(NOTARY)).sort(), { timeout: 20_000 })
      .toEqual(Object.keys(before).sort());
  });

  it("starts what Docker gave up because its pause container was not there yet, and not what a person stopped", async () => {
    await docker("stop", "north-beer", "north-beer-proxy", "north-beer-pause");
    await expect(docker("start", "north-beer")).rejects.toThrow(/non running container/);
    await docker("start", "north-beer-pause");
    await expect
      .poll(() => docker("inspect", "--format", "{{.State.Status}}", "north-beer"), { timeout: 20_000 })
      .toBe("running");
    await sleep(3000);
    expect(await docker("inspect", "--format", "{{.State.Status}}", "north-beer-proxy")).toBe("exited");
    await docker("start", "north-beer-proxy");
    await untilWhole(NOTARY, 60);
  });

  it("brings Iguana up again after it was restarted by hand", async () => {
    await docker("restart", "north-iguana");
    await untilWholeAgain(NOTARY, await beerAddress(), 60);
    expect(await iguanaHeight(NOTARY, "BEER")).toBe(await height(NOTARY, "BEER"));
  });

  it("shows its secrets in no state, plan, log, label, argument or environment", async () => {
    const secrets = [PASSPHRASE, ...(await findSecrets())];
    expect(secrets.length).toBeGreaterThan(20);
    await stack.run("preview", "--diff", "--json", "--stack", "test");
    await stack.run("stack", "export", "--stack", "test");
    const places: Record<string, string> = {
      "what the CLI printed": stack.transcript.join("\n"),
      "the state": readTree(join(stack.folder, ".pulumi")),
      "the stack's config": readTree(join(stack.command.directory), [".yaml"]),
      "arguments of processes": readProcesses("cmdline"),
      "environments of processes": readProcesses("environ"),
    };
    for (const name of Object.keys(await startTimes(NOTARY))) {
      places[`docker inspect ${name}`] = await docker("inspect", name);
      places[`docker logs ${name}`] = await dockerLogs(name);
    }
    const hits = Object.entries(places).flatMap(([place, text]) =>
      secrets.flatMap((secret, index) => (text.includes(secret) ? [`secret ${index} in ${place}`] : [])),
    );
    expect(hits).toEqual([]);
    // The search works: what is public is found by it.
    const publicKey = String(await notaryKey());
    for (const place of [
      "what the CLI printed",
      "the state",
      "arguments of processes",
      "docker inspect north-beer",
    ]) {
      expect(places[place]).toContain(publicKey);
    }
    expect(places["docker logs north-iguana-agent"]).toContain("dpow accepted");
    expect(places["environments of processes"]).toContain("HOME=/home/komodo");
  });

  it("stops a daemon under writes with exit code 0 when an update replaces it", async () => {
    const since = await engineTime();
    const writing = mineWithoutPause();
    const { "dokomodo:daemons": daemons } = stack.config;
    const flags = ["-printtoconsole", "-maxconnections=20"];
    stack.writeConfig({
      "dokomodo:daemons": { ...Object(daemons), komodod: { ...Object(Object(daemons).komodod), flags } },
    });
    await stack.up();
    writing.stop();
    expect(await writing.calls).toBeGreaterThan(10);
    const ended = await deaths(since);
    expect(ended).toEqual(expect.arrayContaining(["north-beer 0", "north-kmd 0", "north-pizza 0"]));
    expect(ended.filter((line) => !line.endsWith(" 0"))).toEqual([]);
    await untilWhole(NOTARY, 60);
  });

  it("stops every daemon with exit code 0 when it is taken down under writes", async () => {
    const since = await engineTime();
    const writing = mineWithoutPause();
    await sleep(2000);
    await stack.must("destroy", "--yes", "--skip-preview", "--stack", "test");
    writing.stop();
    expect(await writing.calls).toBeGreaterThan(10);
    const ended = await deaths(since);
    for (const { container } of Object.values(DAEMONS)) expect(ended).toContain(`north-${container} 0`);
    expect(ended.filter((line) => line.endsWith(" 137"))).toEqual([]);
  });

  /** Every secret of the stack that the program or a plugin made, old passwords apart: from where they are meant to be. */
  async function findSecrets(): Promise<string[]> {
    const agent = JSON.parse(
      await readContainerFile("north-iguana-agent", "/run/dokomodo/agent/secrets.json"),
    );
    const coins = Object.values<Record<string, string>>(agent.coins).flatMap((coin) => Object.values(coin));
    const keys = await Promise.all(
      Object.keys(await startTimes(NOTARY))
        .filter((name) => name.endsWith("-proxy"))
        .map((name) => readContainerFile(name, "/run/dokomodo/proxy/identity.pem")),
    );
    const lines = keys.flatMap((pem) => pem.slice(pem.indexOf("PRIVATE KEY")).split("\n").slice(1, -2));
    return [
      ...coins,
      Buffer.from(PASSPHRASE).toString("base64"),
      ...lines.filter((line) => line.length > 30),
    ];
  }

  async function notaryKey(): Promise<unknown> {
    const outputs = JSON.parse(await stack.must("stack", "output", "--json", "--stack", "test"));
    return outputs.notaries[NOTARY].publicKey;
  }

  async function beerAddress(): Promise<unknown> {
    const outputs = JSON.parse(await stack.must("stack", "output", "--json", "--stack", "test"));
    return outputs.notaries[NOTARY].addresses.BEER;
  }

  /** Keeps BEER writing, from inside its own network, until it is told to stop; the number of blocks it was asked for. */
  function mineWithoutPause(): { stop(): void; calls: Promise<number> } {
    let running = true;
    const calls = (async () => {
      const address = await beerAddress();
      let count = 0;
      while (running) {
        await callDaemon(NOTARY, "BEER", "generatetoaddress", [25, address])
          .then(() => {
            count += 25;
          })
          // While it restarts there is nobody to ask.
          .catch(() => sleep(200));
      }
      return count;
    })();
    return {
      stop: () => {
        running = false;
      },
      calls,
    };
  }
});

/** All text below a folder, symbolic links apart. */
function readTree(folder: string, endings: readonly string[] = [""]): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return readTree(path, endings);
      return entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))
        ? readFileSync(path, "utf8")
        : "";
    })
    .join("\n");
}

/** `cmdline` or `environ` of every process of this machine, those in containers among them. */
function readProcesses(file: "cmdline" | "environ"): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, "utf8");
      } catch {
        // It ended meanwhile.
        return "";
      }
    })
    .join("\n");
}

async function engineTime(): Promise<string> {
  return docker("info", "--format", "{{.SystemTime}}");
}

/** `name exit-code` of every container of the notary that ended since then. */
async function deaths(since: string): Promise<string[]> {
  const format = "{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}";
  const events = await docker(
    "events",
    "--since",
    since,
    "--until",
    await engineTime(),
    "--filter",
    "event=die",
    "--format",
    format,
  );
  return events.split("\n").filter((line) => line.startsWith(`${NOTARY}-`));
}
