import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { readProcesses } from "../../dev/scenes/canary";
import { docker, dockerLogs, restarted, startTimes } from "../../dev/scenes/docker";
import {
  type Symbol as ChainSymbol,
  callDaemon,
  DAEMONS,
  readContainerFile,
  untilWhole,
} from "../../dev/scenes/notary";
import { type StackConfig, TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import type { KeyedSecrets } from "../../runtime/agent/plan";

const NAME = "turn";
const PASSPHRASE = "canary phrase of turn";
const CHAINS = ["KMD", "LTC", "BEER"] as const;
const AGENT = `${NAME}-agent`;
const PROGRAM = "/run/dokomodo/agent/agent.cjs";
/** The `.` stands in brackets, so that the search does not find itself. */
const KILL_AGENT =
  "for p in /proc/[0-9]*; do grep -q 'agent[.]cjs' $p/cmdline && kill -9 $(basename $p); done";

describe("a notary that becomes a node without Iguana, and a notary again", () => {
  let stack: TestStack;
  let asNotary: StackConfig;
  let secrets: Record<string, string>;
  let addresses: Record<string, string>;
  /** Without the types of their parents, which change. */
  const kept = (all: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(all)
        .map(([urn, value]): [string, string] => [urn.split(/\$|::/).slice(-2).join(" "), value])
        .filter(([name]) => !/iguana|witness|operator|agent/.test(name)),
    );

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NAME, PASSPHRASE, "127.0.0.14");
    stack.changeNotary((notary) => {
      notary.chains = [...CHAINS];
      notary["dest"] = {};
    });
    // Volumes of a real stack are protected, and so the plan fails if it would delete one.
    asNotary = stack.config;
    await stack.up();
    await untilWhole(NAME, 120, CHAINS.length);
    secrets = kept(await stack.secrets());
    const found = CHAINS.map(async (symbol) => [symbol, await stack.address(symbol)]);
    addresses = Object.fromEntries(await Promise.all(found));
  });
  afterAll(() => stack?.remove());

  test("keeps volumes, passwords and certificates, and its daemons run on", async () => {
    const before = await startTimes(NAME);
    const { "dokomodo:notaries": _, "dokomodo:iguana": _iguana, ...rest } = asNotary;
    stack.replaceConfig({
      ...rest,
      "dokomodo:nodes": [{ name: NAME, host: "local", chains: [...CHAINS] }],
    });
    const plan = await stack.must("preview", "--diff", "--stack", "test");
    expect(plan).not.toMatch(/^ *- +docker:index\/volume/m);
    await stack.up();
    const after = await startTimes(NAME);
    expect(restarted(before, after)).toEqual([AGENT, `${AGENT}-pause`, `${AGENT}-proxy`]);
    expect(Object.keys(after).filter((name) => /iguana|witness/.test(name))).toEqual([]);
    expect(kept(await stack.secrets())).toEqual(secrets);
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
    await untilKeyIsKept();
  });

  test("brings its key into the new wallets of daemons that lost their volumes, and makes the one of LTC", async () => {
    await Promise.all(CHAINS.map(emptyVolume));
    // The agent comes back, too. An exec that waits would not end, because its container does.
    await docker("exec", "--detach", AGENT, "sh", "-c", KILL_AGENT);
    const starts = async () => [...(await dockerLogs(AGENT)).matchAll(/agent: keeps 3 coins/g)].length;
    await expect.poll(starts, { timeout: 30_000 }).toBe(2);
    await untilKeyIsKept();
    for (const symbol of CHAINS) {
      const method = symbol === "LTC" ? "getaddressinfo" : "validateaddress";
      const owner = await callDaemon(NAME, symbol, method, [addresses[symbol]]);
      expect(owner, symbol).toMatchObject({ ismine: true, iswatchonly: false });
    }
    expect(await callDaemon(NAME, "LTC", "listwallets")).toEqual(["notary"]);
    const log = await dockerLogs(AGENT);
    for (const symbol of CHAINS) expect(log).toContain(`${symbol}: key imported`);
    expect(log).toContain('LTC: wallet "notary" created');
  });

  test("has its passphrase nowhere, and its keys in the agent's secrets alone", async () => {
    const text = await readContainerFile(AGENT, "/run/dokomodo/agent/secrets.json");
    const coins = Object.values<KeyedSecrets>(JSON.parse(text).coins);
    expect(coins).toHaveLength(CHAINS.length);
    expect(text).not.toContain(PASSPHRASE);
    const places: Record<string, string> = {
      "arguments of processes": readProcesses("cmdline"),
      "environments of processes": readProcesses("environ"),
    };
    for (const name of Object.keys(await startTimes(NAME))) {
      places[`docker inspect ${name}`] = await docker("inspect", name);
      places[`docker logs ${name}`] = await dockerLogs(name);
    }
    const secrets = [PASSPHRASE, ...coins.flatMap(({ wif, rpcPassword }) => [wif, rpcPassword])];
    const hits = Object.entries(places).flatMap(([place, told]) =>
      secrets.flatMap((secret, index) => (told.includes(secret) ? [`secret ${index} in ${place}`] : [])),
    );
    expect(hits).toEqual([]);
    // The search works, because it finds what is public.
    expect(places[`docker inspect ${NAME}-kmd`]).toContain("-pubkey=");
    expect(places[`docker logs ${AGENT}`]).toContain("key imported");
  });

  test("and gets its Iguana back in the same way", async () => {
    const before = await startTimes(NAME);
    stack.replaceConfig(asNotary);
    await stack.up();
    await untilWhole(NAME, 120, CHAINS.length);
    const after = await startTimes(NAME);
    const own = restarted(before, after).filter((name) => !/iguana|witness|gateway/.test(name));
    expect(own).toEqual([]);
    expect(Object.keys(after).filter((name) => name.startsWith(AGENT))).toEqual([]);
    expect(kept(await stack.secrets())).toEqual(secrets);
  });

  /** Waits until the node's agent has no complaint. */
  function untilKeyIsKept(): Promise<void> {
    const healthy = () => docker("exec", AGENT, "node", PROGRAM, "healthz").catch(String);
    return expect.poll(healthy, { timeout: 60_000, interval: 500 }).toBe("ok");
  }

  /** Kills a daemon, and starts it again with nothing in its volume. */
  async function emptyVolume(symbol: ChainSymbol): Promise<void> {
    const name = `${NAME}-${DAEMONS[symbol].container}`;
    await docker("kill", name);
    await docker(
      ...["run", "--rm", "--user", "0:0", "--volume", `${name}-data:/data`],
      ...["dokomodo-testbed/node:dev", "find", "/data", "-mindepth", "1", "-delete"],
    );
    await docker("start", name);
  }
});
