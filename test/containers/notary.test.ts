import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { Deaths } from "../../dev/scenes/Deaths";
import { docker, restarted, startTimes } from "../../dev/scenes/docker";
import {
  askIguana,
  DAEMONS,
  height,
  iguanaHeight,
  readContainerFile,
  SYMBOLS,
  untilWhole,
  untilWholeAgain,
} from "../../dev/scenes/notary";
import { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import type { AgentReadings } from "../../readings/agent";

/** A daemon asks its peer every few seconds. */
const PATIENCE = { timeout: 30_000 };

const NOTARY = "north";

describe("a notary on one Docker host", () => {
  let stack: TestStack;
  /** The config and the list of chains before there is one more chain. */
  let texts: readonly string[];
  const times = () => startTimes(NOTARY);
  const of = (...roles: readonly string[]) => roles.map((role) => `${NOTARY}-${role}`);
  const whole = (seconds: number, chains?: number) => untilWhole(NOTARY, seconds, chains);

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NOTARY, "canary phrase of the north", "127.0.0.2");
    await stack.up();
    await whole(120);
  });
  afterAll(() => stack?.remove());

  test.each(SYMBOLS)("lets Iguana see %s at its daemon's height, notarised", async (symbol) => {
    expect(await iguanaHeight(NOTARY, symbol)).toBe(await height(NOTARY, symbol));
    const publicKey = await stack.publicKey();
    const again = { agent: "iguana", method: "dpow", symbol, pubkey: publicKey };
    expect(await askIguana(NOTARY, again)).toMatchObject({ error: "cant dPoW same coin again" });
  });

  test("is read by one call to the agent: every chain, Iguana and its lease", async () => {
    const [publicKey, beer] = [await stack.publicKey(), await height(NOTARY, "BEER")];
    const chain = {
      network: "regtest",
      hasKey: true,
      balance: expect.any(Number),
      version: expect.any(String),
    };
    // What is costly to read, such as coins, is read once a minute.
    await expect.poll(readings, { timeout: 100_000 }).toMatchObject({
      publicKey,
      chains: {
        KMD: { ...chain, notarisedTo: "LTC" },
        LTC: { ...chain, sizeOnDisk: expect.any(Number) },
        BEER: { ...chain, notarisedTo: "KMD", height: beer, bestKnown: beer },
        PIZZA: { ...chain, notarisedTo: "KMD" },
      },
      iguana: {
        state: "ready",
        lease: { state: "held", remainingSeconds: expect.any(Number) },
        chains: 4,
        heights: { BEER: beer },
      },
    });
    const { silence } = (await readings()).chains["BEER"] ?? {};
    expect(silence).toBeUndefined();
  });

  test("tells a daemon that hangs from one that is down, and sees it come back", async () => {
    const kinds = async () => {
      const { LTC, PIZZA } = (await readings()).chains;
      return { LTC: LTC?.silence?.kind, PIZZA: PIZZA?.silence?.kind };
    };
    const patience = { timeout: 90_000, interval: 1000 };
    // A proxy holds a call for 45 s, so both are waited for at once.
    await docker("pause", `${NOTARY}-pizza`);
    try {
      await docker("stop", `${NOTARY}-ltc`);
      // It waits until its callers' connections are closed, which a proxy that keeps them does only after seconds.
      expect(await secondsOfShutdown(`${NOTARY}-ltc`)).toBeLessThan(1.5);
      await expect.poll(kinds, patience).toEqual({ LTC: "down", PIZZA: "silent" });
    } finally {
      // A second try, and the tests after this one, find both as they were.
      await docker("unpause", `${NOTARY}-pizza`);
      await docker("start", `${NOTARY}-ltc`);
    }
    await expect.poll(kinds, patience).toEqual({});
    await whole(60);
  });

  test("shows a mined block at Iguana's next poll", async () => {
    const before = Number(await height(NOTARY, "BEER"));
    await untilWholeAgain(NOTARY, await stack.address("BEER"), 15);
    expect(await iguanaHeight(NOTARY, "BEER")).toBe(before + 1);
  });

  test("carries the daemons' own calls: assetchains to KMD, KMD to LTC", async () => {
    await expect
      .poll(() => docker("logs", `${NOTARY}-beer`), PATIENCE)
      .toMatch(/KMD at 127\.0\.0\.1:7771 answers/);
    await expect
      .poll(() => docker("logs", `${NOTARY}-kmd`), PATIENCE)
      .toMatch(/LTC at 127\.0\.0\.1:9332 answers/);
  });

  test("writes BEER's conf with the keys that it had in 2018, for its owner alone", async () => {
    const conf = await readContainerFile(`${NOTARY}-beer`, DAEMONS.BEER.conf);
    const keys = conf.split("\n").flatMap((line) => (line === "" ? [] : [line.split("=")[0]]));
    expect(keys).toEqual(["rpcuser", "rpcpassword", "rpcport", "server", "txindex", "rpcworkqueue"]);
    expect(await docker("exec", `${NOTARY}-beer`, "stat", "-c", "%a %u", DAEMONS.BEER.conf)).toBe("600 3003");
  });

  test("shares no volume between Iguana and a chain", async () => {
    const format = "{{range .Mounts}}{{.Name}} {{end}}";
    const mounts = (name: string) => docker("inspect", "--format", format, name);
    expect(await mounts(`${NOTARY}-iguana`)).toBe("");
    expect(await mounts(`${NOTARY}-beer`)).not.toBe(await mounts(`${NOTARY}-pizza`));
  });

  test("publishes p2p ports, the dPoW bus and one port for operators, and nothing else", async () => {
    const ports = await docker("ps", "--filter", `name=^${NOTARY}-`, "--format", "{{.Ports}}");
    const published = [...ports.matchAll(/:(\d+)->/g)].map(([, port]) => Number(port)).sort((a, b) => a - b);
    expect(published).toEqual([7443, 7770, 7775, 8922, 9333, 11607]);
  });

  test("has no change to make right after an up, even when a refresh reads what runs", async () => {
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
    await stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });

  test("gets one more chain without a restart of another chain's daemon", async () => {
    const before = await times();
    texts = stack.texts();
    const preview = await stack.dokomodo("chain", "add", "KV", "--preview");
    // The plan of the command is the plan of the files that it then writes.
    expect(preview).toMatch(/\+.*north-kv/);
    expect(stack.texts()).toEqual(texts);
    await stack.dokomodo("chain", "add", "KV");
    expect(planOf(await stack.must("preview", "--stack", "test"))).toEqual(planOf(preview));
    await stack.up();
    await whole(60, 5);
    expect(restarted(before, await times())).toEqual(
      of("iguana", "iguana-agent", "iguana-proxy", "kv", "kv-pause", "kv-proxy"),
    );
  });

  test("loses a chain without a restart of another chain's daemon, and keeps its volume", async () => {
    const before = await times();
    const told = await stack.dokomodo("chain", "remove", "KV");
    expect(told).toContain(`The data of KV stays: volume ${NOTARY}-kv-data of host local.`);
    expect(stack.texts()).toEqual(texts);
    await stack.up();
    await whole(60);
    const after = await times();
    expect(restarted(before, after)).toEqual(of("iguana", "iguana-agent", "iguana-proxy"));
    expect(Object.keys(after).filter((name) => name.startsWith(`${NOTARY}-kv`))).toEqual([]);
    expect(await docker("volume", "ls", "--quiet", "--filter", `name=^${NOTARY}-kv`)).toBe(
      `${NOTARY}-kv-data`,
    );
  });

  test("changes BEER's password on both its sides and restarts no other daemon", async () => {
    const conf = () => readContainerFile(`${NOTARY}-beer`, DAEMONS.BEER.conf);
    const oldConf = await conf();
    const before = await times();
    stack.changeNotary((config) => {
      config.rotation = { BEER: String(Date.now()) };
    });
    await stack.up();
    await whole(60);
    // The proxies between the two are not restarted, because they have no password.
    expect(restarted(before, await times())).toEqual(of("beer", "iguana", "iguana-agent"));
    const newConf = await conf();
    expect(newConf).not.toBe(oldConf);
    const told = await readContainerFile(`${NOTARY}-iguana`, "/home/iguana/.komodo/BEER/BEER.conf");
    expect(told).toMatch(/^rpcuser=.+\nrpcpassword=.+\nrpcport=/);
    expect(newConf.startsWith(told)).toBe(true);
  });

  test("replaces an assetchain first, and then one daemon after the other, when a change concerns many", async () => {
    const deaths = await Deaths.watch(NOTARY);
    changeKomodod({ flags: [...usualFlags(), "-dbcache=8"] });
    await stack.up();
    await whole(60);
    await deaths.end();
    const names = of("beer", "kmd", "pizza");
    expect(deaths.order(names)).toEqual(names.flatMap((name) => [`die ${name}`, `start ${name}`]));
  });

  test("stops at the first daemon that does not come back, and does not touch the others", async () => {
    const { config } = stack;
    const before = await times();
    const beer = `${NOTARY}-beer`;
    changeKomodod({ command: ["false"] });
    const { exitCode, text } = await stack.run("up", "--yes", "--skip-preview", "--stack", "test");
    expect(exitCode).not.toBe(0);
    expect(text).toMatch(
      new RegExp(
        `${beer} was replaced, and it ended \\d+ times, last with 1; docker logs ${beer} says more\\.`,
      ),
    );
    const [, left = ""] = /Left as they were: (.*)\. Remove the cause/.exec(text) ?? [];
    const roles = left.split(", ").map((name) => name.split("-").at(-1));
    expect(roles.sort()).toEqual(["iguana", "kmd", "ltc", "pizza", "witness"]);
    const { [beer]: _, ...others } = before;
    expect(await times()).toMatchObject(others);
    expect(await stack.pendingOperations()).toEqual([]);
    stack.writeConfig(config);
    await stack.up();
    await whole(60);
    expect(restarted(before, await times())).toEqual([beer]);
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  async function readings(): Promise<AgentReadings> {
    const agent = "/run/dokomodo/agent/agent.cjs";
    return JSON.parse(await docker("exec", `${NOTARY}-iguana-agent`, "node", agent, "readings"));
  }

  /** How many resources a preview would create, replace and so on. */
  function planOf(preview: string): string[] {
    return [...preview.matchAll(/^ +[~+-]+ ?\d+ to .*$/gm)].map(([line]) => line.trim());
  }

  function usualFlags(): string[] {
    return Object(stack.config["dokomodo:daemons"]).komodod.flags ?? ["-printtoconsole"];
  }

  function changeKomodod(change: Readonly<Record<string, unknown>>): void {
    const daemons = Object(stack.config["dokomodo:daemons"]);
    stack.writeConfig({ "dokomodo:daemons": { ...daemons, komodod: { ...daemons.komodod, ...change } } });
  }
});

/** How long a daemon of Bitcoin's family took to shut down, by the times of its log. `docker stop` has time of its own. */
async function secondsOfShutdown(container: string): Promise<number> {
  const { execa } = await import("execa");
  const { all } = await execa("docker", ["logs", "--timestamps", "--tail", "200", container], { all: true });
  const timeOf = (text: string) =>
    Date.parse(
      all
        .split("\n")
        .findLast((line) => line.includes(text))
        ?.split(" ")[0] ?? "",
    );
  return (timeOf("Shutdown: done") - timeOf("Shutdown: In progress")) / 1000;
}
