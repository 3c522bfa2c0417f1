import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareDocker } from "../../setup/docker";
import { prepareImages } from "../../setup/images";
import { docker, dockerLogs, restarted, startTimes } from "../testbed/docker";
import {
  askIguana,
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
/** A daemon asks its peer every few seconds. */
const PATIENCE = { timeout: 30_000 };

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
    const publicKey = await stack.publicKey();
    const again = { agent: "iguana", method: "dpow", symbol, pubkey: publicKey };
    expect(await askIguana(NOTARY, again)).toMatchObject({ error: "cant dPoW same coin again" });
  });

  it("shows a mined block at Iguana's next poll", async () => {
    const before = Number(await height(NOTARY, "BEER"));
    await untilWholeAgain(NOTARY, await stack.address("BEER"), 15);
    expect(await iguanaHeight(NOTARY, "BEER")).toBe(before + 1);
  });

  it("carries the daemons' own calls: assetchains to KMD, KMD to LTC", async () => {
    await expect.poll(() => dockerLogs("north-beer"), PATIENCE).toMatch(/KMD at 127\.0\.0\.1:7771 answers/);
    await expect.poll(() => dockerLogs("north-kmd"), PATIENCE).toMatch(/LTC at 127\.0\.0\.1:9332 answers/);
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

  it("publishes p2p ports, the dPoW bus and one port for operators, and nothing else", async () => {
    const ports = await docker("ps", "--filter", "name=^north-", "--format", "{{.Ports}}");
    const published = [...ports.matchAll(/:(\d+)->/g)].map(([, port]) => Number(port)).sort((a, b) => a - b);
    expect(published).toEqual([7443, 7770, 7775, 8922, 9333, 11607]);
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
});
