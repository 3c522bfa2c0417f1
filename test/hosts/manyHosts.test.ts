import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { outcomeText, SteadyCalls } from "../../dev/scenes/calls";
import { dockerAt, restarted, startTimes } from "../../dev/scenes/docker";
import { ExternalDaemon } from "../../dev/scenes/ExternalDaemon";
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
} from "../../dev/scenes/notary";
import { createSpanningStack, engineOf, hostConfig } from "../../dev/scenes/spanning";
import type { TestStack } from "../../dev/scenes/TestStack";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NOTARY = "span";
const CHAINS = 5;
/** Daemons and Iguana ask each other every few seconds. */
const PATIENCE = { timeout: 30_000 };

describe("a notary on three hosts over SSH", () => {
  const placement: Record<string, string> = { KMD: "alpha", LTC: "beta", BEER: "beta", PIZZA: "gamma" };
  let hosts: TestHosts;
  let stack: TestStack;
  let external: ExternalDaemon;
  let beerAddress: string;
  const at = (container: string) => engineOf(NOTARY, hosts, () => placement)(container);
  const logs = async (container: string) => dockerAt(at(container), "logs", container);
  /** Start times of all hosts' containers, keyed by host and container, because some names are on every host. */
  const allStartTimes = async (): Promise<Record<string, string>> => {
    const times = Object.values(hosts.hosts).map(async ({ name, socket }) =>
      Object.entries(await startTimes(NOTARY, socket)).map(([container, time]) => [
        `${name} ${container}`,
        time,
      ]),
    );
    return Object.fromEntries((await Promise.all(times)).flat());
  };

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    hosts = await TestHosts.start(["alpha", "beta", "gamma"], { engine: "current" });
    external = await ExternalDaemon.start("dkx-far", hosts.outside);
    stack = await createSpanningStack(NOTARY, hosts, placement);
    stack.addChain({
      symbol: "FAR",
      daemon: "fard",
      p2pPort: 22556,
      rpcPort: 22555,
      prefixes: { pubkeyHash: 111, scriptHash: 196, wif: 239 },
      url: external.url,
      dest: "KMD",
    });
    stack.writeFile("far.pem", external.authority);
    stack.writeConfig({
      "dokomodo:external": { FAR: { user: external.user, authority: "far.pem", importKey: true } },
    });
    await stack.setSecret('dokomodo:external["FAR"].password', external.password);
    stack.changeNotary((notary) => notary.chains.push("FAR"));
    await stack.up();
    await untilWhole(NOTARY, 120, CHAINS, 0, at);
    beerAddress = await stack.address("BEER");
  });
  afterAll(async () => {
    await stack?.forget();
    await external?.stop();
    await hosts?.stop();
  });

  test.each(SYMBOLS)("lets Iguana see %s at its daemon's height, wherever that runs", async (symbol) => {
    expect(await iguanaHeight(NOTARY, symbol, at)).toBe(await height(NOTARY, symbol, at));
    const publicKey = await stack.publicKey();
    const again = { agent: "iguana", method: "dpow", symbol, pubkey: publicKey };
    expect(await askIguana(NOTARY, again, at)).toMatchObject({ error: "cant dPoW same coin again" });
  });

  test("lets Iguana see a chain that somebody else runs, over https", async () => {
    await external.call("generatetoaddress", "1", beerAddress);
    await expect
      .poll(() => iguanaHeight(NOTARY, "FAR", at), PATIENCE)
      .toBe(Number(await external.call("getblockcount")));
  });

  test("shows a mined block at Iguana's next poll", async () => {
    const seconds = await untilWholeAgain(NOTARY, beerAddress, 30, { chains: CHAINS, at });
    console.log(`a block mined on another host is seen after ${seconds.toFixed(1)} s`);
  });

  test("carries the daemons' own calls: assetchains to KMD, KMD to LTC", async () => {
    await expect.poll(() => logs("span-beer"), PATIENCE).toMatch(/KMD at 127\.0\.0\.1:7771 answers/);
    await expect.poll(() => logs("span-pizza"), PATIENCE).toMatch(/KMD at 127\.0\.0\.1:7771 answers/);
    await expect.poll(() => logs("span-kmd"), PATIENCE).toMatch(/LTC at 127\.0\.0\.1:9332 answers/);
  });

  test("has no change to make right after an up, even when a refresh reads what runs", async () => {
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
    await stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });

  test("loses no call while a chain's daemon restarts under 20 calls a second", async () => {
    const calls = await SteadyCalls.start(NOTARY, ["LTC"], 20, at);
    await sleep(3000);
    await dockerAt(at("span-ltc"), "restart", "span-ltc");
    await sleep(10_000);
    const outcome = await calls.end();
    console.log(outcomeText(outcome));
    expect(outcome.drops).toEqual([]);
    expect(outcome.total).toBeGreaterThan(200);
    await untilWhole(NOTARY, 60, CHAINS, 0, at);
  });

  test("gets a fourth host and a chain on it by two lines, and no other chain is touched", async () => {
    const delta = await hosts.addHost("delta");
    const before = await allStartTimes();
    const entries = Object.entries(hostConfig(delta)).map(([key, value]) => `${key}: "${value}"`);
    stack.editConfig((text) =>
      text
        .replace(/ {2}dokomodo:hosts:\n( {4}.*\n)+/, `$&    - { ${entries.join(", ")} }\n`)
        .replace(/ {6}chains:\n( {8}.*\n)+/, "$&        - { KV: delta }\n"),
    );
    placement["KV"] = "delta";
    await stack.up();
    await untilWhole(NOTARY, 90, CHAINS + 1, 0, at);
    const after = await allStartTimes();
    expect(restarted(before, after)).toEqual([
      "alpha span-iguana",
      "alpha span-iguana-agent",
      "alpha span-iguana-proxy",
      "delta span-gateway",
      "delta span-kv",
      "delta span-kv-pause",
      "delta span-kv-proxy",
      "delta span-restarter",
    ]);
  });

  test("changes nothing on any host when an image cannot be pulled, and names all such images and hosts", async () => {
    const { config } = stack;
    const before = await allStartTimes();
    stack.writeConfig({
      "dokomodo:images": { ...Object(config["dokomodo:images"]), proxy: "127.0.0.1:1/haproxy:mistyped" },
      "dokomodo:iguana": { ...Object(config["dokomodo:iguana"]), image: "127.0.0.1:1/iguana:mistyped" },
    });
    const { exitCode, text } = await stack.run("up", "--yes", "--skip-preview", "--stack", "test");
    expect(exitCode).not.toBe(0);
    const told = [
      ...text.matchAll(
        /host (\S+) cannot have the image 127\.0\.0\.1:1\/(\S+) \([^)]*\): \S+ cannot be reached/g,
      ),
    ];
    expect([...new Set(told.map(([, host, image]) => `${host} ${image}`))].sort()).toEqual([
      "alpha haproxy:mistyped",
      "alpha iguana:mistyped",
      "beta haproxy:mistyped",
      "delta haproxy:mistyped",
      "gamma haproxy:mistyped",
    ]);
    expect(await allStartTimes()).toEqual(before);
    stack.writeConfig(config);
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  test("rebuilds what was on a host that lost everything, with the same passwords", async () => {
    const conf = () => readContainerFile("span-pizza", DAEMONS.PIZZA.conf, at);
    const before = await conf();
    await hosts.wipe("gamma");
    await stack.must("up", "--yes", "--skip-preview", "--refresh", "--stack", "test");
    await untilWhole(NOTARY, 90, CHAINS + 1, 0, at);
    expect(await conf()).toBe(before);
  });

  test("warns in the preview that a chain moves, and moves it", async () => {
    stack.changeNotary((notary) => {
      notary.chains = notary.chains.map((entry) =>
        typeof entry === "object" && "PIZZA" in entry ? { PIZZA: "beta" } : entry,
      );
    });
    const preview = await stack.must("preview", "--stack", "test");
    expect(preview).toContain("PIZZA of notary span moves from gamma to beta");
    await stack.up();
    const old = hosts.hosts["gamma"]?.socket;
    placement["PIZZA"] = "beta";
    await untilWhole(NOTARY, 90, CHAINS + 1, 0, at);
    expect(await dockerAt(old, "volume", "ls", "--quiet")).toContain("span-pizza-data");
    expect(await dockerAt(old, "ps", "--quiet", "--filter", "name=span-pizza")).toBe("");
  });

  test("comes back by itself when a host's engine was stopped and started", async () => {
    const before = Object.keys(await startTimes(NOTARY, at("span-beer")));
    await hosts.stopEngine("beta");
    await hosts.startEngine("beta");
    const seconds = await untilWholeAgain(NOTARY, beerAddress, 90, { chains: CHAINS + 1, at });
    console.log(`whole ${seconds.toFixed(1)} s after the engine was up again`);
    expect(Object.keys(await startTimes(NOTARY, at("span-beer"))).sort()).toEqual(before.sort());
  });

  test("updates the other hosts while one is down, and names that one within 25 s", async () => {
    await hosts.cut("delta");
    stack.changeNotary((notary) => {
      const another = String(Date.now());
      notary.rotation = { BEER: another, KV: another };
    });
    // By then the kernel may know that no host has the address.
    const named = /host delta \(ssh:\/\/\S+\): (no answer in \d+ s|there is no way to it)/;
    // The program waits 8 s for the host. The rest is the start of Pulumi and the program, beside other tests.
    const mostSeconds = 25;
    const first = await stack.upUntil(named);
    // A machine that was busy for a while gets a second chance.
    const runs = first.seconds < mostSeconds ? [first] : [first, await stack.upUntil(named)];
    console.log(
      `the host that is down was named after ${runs.map(({ seconds }) => seconds.toFixed(1)).join(", then ")} s`,
    );
    for (const { text, exitCode } of runs) {
      const errors = [...text.matchAll(/\berror: (?!update failed)(.*)$/gm)].map(([, message]) => message);
      expect([...new Set(errors)]).toEqual([expect.stringMatching(named)]);
      expect(exitCode).not.toBe(0);
    }
    expect(Math.min(...runs.map(({ seconds }) => seconds))).toBeLessThan(mostSeconds);
    expect(first.text).toContain("span-beer replaced");
    await expect
      .poll(() => callDaemon(NOTARY, "BEER", "getblockcount", [], at).catch(String), PATIENCE)
      .toEqual(expect.any(Number));
  });

  test("goes on without a host that is gone for good, with the same passwords elsewhere", async () => {
    expect(await stack.dokomodo("hosts", "forget", "delta", "--yes")).toMatch(/Forgot \d+ resources/);
    stack.changeHosts((known) => known.filter(({ name }) => name !== "delta"));
    const seen = await stack.dokomodo("hosts");
    for (const host of ["alpha", "beta", "gamma"]) expect(seen).toMatch(new RegExp(`${host} .* answers`));
    stack.changeNotary((notary) => {
      notary.chains = notary.chains.map((entry) =>
        typeof entry === "object" && "KV" in entry ? { KV: "beta" } : entry,
      );
    });
    const passwords = await stack.passwords();
    await stack.up();
    placement["KV"] = "beta";
    await untilWhole(NOTARY, 90, CHAINS + 1, 0, at);
    expect(await stack.passwords()).toEqual(passwords);
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
  });
});
