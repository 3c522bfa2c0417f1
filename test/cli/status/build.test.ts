import { describe, expect, test } from "vitest";
import { delaysOf } from "../../../cli/running/delays";
import { observe } from "../../../cli/running/observation";
import { statusOf } from "../../../cli/status/build";
import { statusReport } from "../../../cli/status/report";
import { statusText } from "../../../cli/status/table";
import { painter } from "../../../cli/terminal";
import type { ChainReading } from "../../../readings/chain";
import { certificateWarnings } from "../../../runtime/agent/certificates";
import {
  container,
  FakeOperations,
  healthyChain,
  healthyReadings,
  healthySight,
  NOW,
  seenHost,
  twoHosts,
} from "../running/scene";

const GIB = 2 ** 30;

async function status(operations: FakeOperations, symbols: readonly string[] = []) {
  const stack = twoHosts();
  const observation = { ...(await observe(stack, operations)), at: NOW };
  const delays = await delaysOf(observation, operations);
  const planned = new Map([
    ["alpha", 24 * GIB],
    ["beta", 4 * GIB],
  ]);
  const report = statusOf({ stackName: "test", stack, observation, delays, planned, symbols });
  // What is printed has to be what the schema says.
  return statusReport.parse(JSON.parse(JSON.stringify(report)));
}

const plain = painter(false);

function withBeer(operations: FakeOperations, reading: Partial<ChainReading>): FakeOperations {
  const readings = healthyReadings();
  operations.readings = { ...readings, chains: { ...readings.chains, BEER: healthyChain(500, reading) } };
  return operations;
}

describe("the status of a stack", () => {
  test("of which nothing is wrong is one line for each host, Iguana and chain", async () => {
    const report = await status(new FakeOperations());
    expect(report.level).toBe("good");
    expect(statusText(report, plain)).toMatchInlineSnapshot(`
      "┌───────┬──────────────────┬────────┬─────────────────────┬───────┬───────────────┐
      │ host  │ memory free      │ placed │ disk free           │ clock │ runs          │
      ├───────┼──────────────────┼────────┼─────────────────────┼───────┼───────────────┤
      │ alpha │ 40 GiB of 64 GiB │ 24 GiB │ 512 GiB of 1024 GiB │ right │ Docker 28.5.2 │
      │ beta  │ 40 GiB of 64 GiB │ 4 GiB  │ 512 GiB of 1024 GiB │ right │ Docker 28.5.2 │
      └───────┴──────────────────┴────────┴─────────────────────┴───────┴───────────────┘
      ┌────────┬───────┬────────────┬────────────────┬──────────┐
      │ Iguana │ state │ lease      │ chains         │ restarts │
      ├────────┼───────┼────────────┼────────────────┼──────────┤
      │ alpha  │ ready │ held, 18 s │ 3, 2 notarised │ 0        │
      └────────┴───────┴────────────┴────────────────┴──────────┘
      ┌───────┬───────┬────────┬─────────┬─────┬───────┬─────────┬───────┬───────────┬──────────┬────────┬─────────────────┐
      │ chain │ host  │ state  │ height  │ lag │ peers │ balance │ UTXOs │ notarised │ restarts │ disk   │ version         │
      ├───────┼───────┼────────┼─────────┼─────┼───────┼─────────┼───────┼───────────┼──────────┼────────┼─────────────────┤
      │ KMD   │ alpha │ synced │ 4000000 │ 0   │ 8     │ 12.5    │ 40    │ 3999990   │ 0        │ 12 GiB │ MagicBean:0.8.0 │
      │ LTC   │ alpha │ synced │ 2900000 │ 0   │ 8     │ 12.5    │ 40    │           │ 0        │ 12 GiB │ MagicBean:0.8.0 │
      │ BEER  │ beta  │ synced │ 500     │ 0   │ 8     │ 12.5    │ 40    │ 490       │ 0        │ 12 GiB │ MagicBean:0.8.0 │
      └───────┴───────┴────────┴─────────┴─────┴───────┴─────────┴───────┴───────────┴──────────┴────────┴─────────────────┘
      Stack test: nothing is wrong."
    `);
  });

  test("of some chains has these and their hosts alone", async () => {
    const report = await status(new FakeOperations(), ["BEER"]);
    expect(report.chains.map(({ symbol }) => symbol)).toEqual(["BEER"]);
    expect(report.hosts.map(({ name }) => name)).toEqual(["beta"]);
    expect(report.iguanas).toEqual([]);
  });

  test("loses the lines of a host that is down, and no others", async () => {
    const operations = new FakeOperations();
    const { containers } = healthySight();
    operations.sight = {
      hosts: [
        seenHost("alpha"),
        { name: "beta", problem: "host beta (ssh://ops@192.0.2.2): no answer in 2 s." },
      ],
      containers: containers.filter(({ host }) => host === "alpha"),
    };
    operations.readings = {
      ...healthyReadings(),
      chains: {
        ...healthyReadings().chains,
        BEER: { ...healthyChain(500), silence: { kind: "link", detail: "no way", since: NOW.toISOString() } },
      },
    };
    const report = await status(operations);
    expect(report.level).toBe("bad");
    expect(report.chains.map(({ symbol, state, level }) => [symbol, state, level])).toEqual([
      ["KMD", "synced", "good"],
      ["LTC", "synced", "good"],
      ["BEER", "host-down", "bad"],
    ]);
    expect(report.chains[2]?.findings).toEqual([
      { of: "host", level: "bad", text: "host beta does not answer" },
    ]);
  });

  test("says what is wrong with each chain, worst first", async () => {
    const operations = new FakeOperations();
    const { hosts, containers } = healthySight();
    operations.sight = {
      hosts,
      containers: [
        ...containers.filter(({ workload, role }) => workload !== "east-beer" || role !== undefined),
        container("beta", "east-beer", {
          state: "starting",
          restarts: 7,
          lastExit: { code: 1, outOfMemory: false },
        }),
      ].map((each) =>
        each.name === "east-ltc-proxy" ? { ...each, state: "stopped" as const, why: "Exited (0)" } : each,
      ),
    };
    operations.readings = {
      ...healthyReadings(),
      chains: {
        ...healthyReadings().chains,
        KMD: healthyChain(3_900_000, { bestKnown: 4_000_000, peers: 0, heightSince: "2026-01-02T02:00:00Z" }),
      },
    };
    const text = statusText(await status(operations), plain);
    expect(text.slice(text.indexOf("KMD: "))).toMatchInlineSnapshot(`
      "KMD: stands at height 3900000 for 64 min, 100000 blocks behind the best known height 4000000; it should get a block every few seconds until it has caught up
      KMD: has 0 peers; it should be 3 or more
      BEER: is starting, and was started again 7 times before: it ended with 1
      east-ltc-proxy: does not run: Exited (0); it stays down until it is started"
    `);
  });

  describe("says that the entry point has not started a daemon", () => {
    const held = "The disk guard holds the daemon: 12 MiB are free on the disk of /x. Make room there.";
    const said = (text: string, at = new Date(NOW.getTime() - 3_600_000)) => {
      const operations = new FakeOperations();
      operations.logLines = { "east-beer": [{ text: `entrypoint: ${text}`, at }] };
      return operations;
    };
    const beerOf = async (operations: FakeOperations) => (await status(operations, ["BEER"])).chains[0];

    test("of which the agent knows only that it is silent", async () => {
      const operations = withBeer(said(held), {
        silence: { kind: "down", detail: "nothing answers", since: NOW.toISOString() },
      });
      expect(await beerOf(operations)).toMatchObject({
        state: "held",
        level: "bad",
        findings: [{ of: "held", level: "bad", text: held }],
      });
    });

    test("of which the agent knows nothing yet, and that starts by itself", async () => {
      const text = "The daemon waits for its turn, because all are started at once.";
      expect(await beerOf(withBeer(said(text), { at: "2026-01-02T03:03:30Z" }))).toMatchObject({
        state: "waiting",
        level: "doubtful",
        findings: [{ of: "waiting", level: "doubtful", text }],
      });
    });

    test("that the agent still waits for", async () => {
      expect(await beerOf(withBeer(said(held), { at: "2026-01-02T03:03:30Z" }))).toMatchObject({
        state: "held",
      });
    });

    test("and not of one that answers, hangs, or was started after that", async () => {
      expect(await beerOf(said(held))).toMatchObject({ state: "synced" });
      const silence = { kind: "silent", detail: "no answer", since: NOW.toISOString() } as const;
      expect(await beerOf(withBeer(said("The daemon gets -reindex."), { silence }))).toMatchObject({
        state: "silent",
      });
      const before = new Date(NOW.getTime() - 2 * 86_400_000);
      expect(await beerOf(withBeer(said(held, before), { silence }))).toMatchObject({ state: "silent" });
    });
  });

  test("says once of a certificate that it ends, and says it of its chain", async () => {
    const operations = new FakeOperations();
    const readings = healthyReadings();
    const certificates = { ...readings.certificates, "east-beer": 5, "east-iguana": 6 };
    operations.readings = { ...readings, certificates, warnings: certificateWarnings(certificates) };
    const { chains, iguanas } = await status(operations);
    expect(chains.map(({ findings }) => findings.map(({ text }) => text))).toEqual([
      [],
      [],
      ["the certificate of east-beer ends in 5 days; `pulumi up` renews it"],
    ]);
    expect(iguanas[0]?.findings.map(({ text }) => text)).toEqual([
      "the certificate of east-iguana ends in 6 days; `pulumi up` renews it",
    ]);
  });

  test("shows what runs if the agent does not answer, and why nothing more is known", async () => {
    const operations = new FakeOperations();
    operations.readings = 64;
    const report = await status(operations);
    expect(report.chains.map(({ state }) => state)).toEqual(["unread", "unread", "unread"]);
    expect(report.problems).toEqual([
      "notary east's agent: its readings are of another release of dokomodo than this one. Run `pulumi up`, which replaces it",
    ]);
    operations.readings = new Error("the container is not running");
    expect((await status(operations)).problems).toEqual([
      "notary east's agent: the container is not running",
    ]);
  });

  test("takes the best height that any node knows for the lag", async () => {
    const operations = new FakeOperations();
    operations.readings = {
      ...healthyReadings(),
      chains: { ...healthyReadings().chains, LTC: healthyChain(100, { bestKnown: 102 }) },
    };
    const [, ltc] = (await status(operations)).chains;
    expect(ltc).toMatchObject({ symbol: "LTC", height: 100, lag: 2, state: "synced" });
  });
});

test("colours are for terminals, and for those who did not refuse them", () => {
  expect(painter(true, {})("bad", "x")).toContain("\u001b[");
  expect(painter(true, { NO_COLOR: "1" })("bad", "x")).toBe("x");
  expect(painter(true, { TERM: "dumb" })("bad", "x")).toBe("x");
  expect(painter(false, {})("bad", "x")).toBe("x");
});
