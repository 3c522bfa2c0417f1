import { describe, expect, test } from "vitest";
import type { ChainReading, SilenceKind } from "../../readings/chain";
import { chainFindings } from "../../readings/chainFindings";
import { worst } from "../../readings/finding";

const AT = "2026-11-01T12:00:00Z";
const ago = (seconds: number) => new Date(Date.parse(AT) - seconds * 1000).toISOString();

/** A chain in good order: Iguana notarises it, it has coins, and its block is a minute old. */
const GOOD: ChainReading = {
  at: ago(3),
  network: "main",
  latencyMilliseconds: 4,
  height: 1500,
  heightSince: ago(60),
  headers: 1500,
  bestKnown: 1500,
  tipTime: ago(60),
  peers: 8,
  verificationProgress: 1,
  balance: 3,
  hasKey: true,
  notaryUtxos: { count: 40, locked: 2, low: 10 },
  notarisedTo: "KMD",
  lastNotarisation: { height: 1490, txid: "ab" },
  warning: "",
};

function found(change: Partial<ChainReading>): string[] {
  return chainFindings({ ...GOOD, ...change }, { at: AT }).map(({ of, level }) => `${of} ${level}`);
}

function text(change: Partial<ChainReading>): string {
  return chainFindings({ ...GOOD, ...change }, { at: AT })
    .map(({ text }) => text)
    .join("\n");
}

test("nothing is found where all is well", () => {
  expect(chainFindings(GOOD, { at: AT })).toEqual([]);
  expect(worst([])).toBe("good");
});

test("nothing is found of what the daemon does not say", () => {
  expect(chainFindings({ at: AT }, { at: AT })).toEqual([]);
});

describe("a silence", () => {
  test.each<[SilenceKind, string]>([
    ["link", "bad"],
    ["down", "bad"],
    ["silent", "bad"],
    ["password", "bad"],
    ["error", "bad"],
    ["loading", "doubtful"],
  ])("%s is %s, and alone is said", (kind, level) => {
    const silence = { kind, detail: "words of the daemon", since: ago(42) };
    expect(found({ silence, peers: 0, height: 1 })).toEqual([`${kind} ${level}`]);
    expect(text({ silence })).toMatch(/ for 42 s: words of the daemon$/);
  });

  test("of the agent itself is no silence of the daemon", () => {
    expect(found({ at: ago(90) })).toEqual([]);
    expect(found({ at: ago(91) })).toEqual(["unread doubtful"]);
    expect(text({ at: undefined })).toBe("has not been read yet; the agent has just started");
  });
});

describe("the height", () => {
  test("may be two blocks behind", () => {
    expect(found({ bestKnown: 1502 })).toEqual([]);
    expect(found({ bestKnown: 1503 })).toEqual(["lag doubtful"]);
  });

  test("that moves catches up, however far behind it is", () => {
    const catching = { bestKnown: 4_000_000, heightSince: ago(5), verificationProgress: 0.1234 };
    expect(found(catching)).toEqual(["lag doubtful"]);
    expect(text(catching)).toBe(
      "catches up at height 1500, 3998500 blocks behind the best known height 4000000 (12.3 % verified)",
    );
  });

  test("that rests for two minutes lags, and for ten stands still", () => {
    expect(found({ bestKnown: 1519, heightSince: ago(120) })).toEqual(["lag doubtful"]);
    expect(found({ bestKnown: 1520, heightSince: ago(120) })).toEqual(["lag bad"]);
    expect(found({ bestKnown: 1520, heightSince: ago(599) })).toEqual(["lag bad"]);
    expect(found({ bestKnown: 1503, heightSince: ago(600) })).toEqual(["standstill bad"]);
    expect(text({ bestKnown: 1620, heightSince: ago(1200) })).toContain(
      "stands at height 1500 for 20 min, 120 blocks behind the best known height 1620",
    );
  });

  test("above all that is known is no lag", () => {
    expect(found({ bestKnown: 1400 })).toEqual([]);
  });
});

describe("the age of the last block", () => {
  const HOURS = 3600;

  test("is doubtful at most, because no peer has a newer one", () => {
    expect(found({ tipTime: ago(4 * HOURS - 1) })).toEqual([]);
    expect(found({ tipTime: ago(4 * HOURS) })).toEqual(["tipAge doubtful"]);
    expect(found({ tipTime: ago(5000 * HOURS) })).toEqual(["tipAge doubtful"]);
  });

  test("is not said of a chain that lags, which is its reason", () => {
    expect(found({ tipTime: ago(9 * HOURS), bestKnown: 1600, heightSince: ago(9 * HOURS) })).toEqual([
      "standstill bad",
    ]);
  });

  test("and missing peers are usual on regtest", () => {
    const quiet = { network: "regtest", tipTime: ago(5000 * HOURS), peers: 0 };
    expect(found(quiet)).toEqual([]);
    expect(found({ ...quiet, lastNotarisation: { height: 1 }, height: 9000, bestKnown: 9000 })).toEqual([]);
  });
});

test.each([
  [{ peers: 3 }, []],
  [{ peers: 2 }, ["peers doubtful"]],
  [{ peers: 0 }, ["peers bad"]],
  [{ latencyMilliseconds: 1999 }, []],
  [{ latencyMilliseconds: 2000 }, ["latency doubtful"]],
  [{ latencyMilliseconds: 5000 }, ["latency bad"]],
  [{ fork: { length: 1, status: "invalid" } }, []],
  [{ fork: { length: 2, status: "headers-only" } }, ["fork doubtful"]],
  [{ fork: { length: 6, status: "invalid" } }, ["fork bad"]],
  [{ warning: "Warning: this version is deprecated" }, ["warning doubtful"]],
  [{ warning: "This is a pre-release test build - use at your own risk" }, []],
])("%j: %j", (change, findings) => {
  expect(found(change)).toEqual(findings);
});

describe("the wallet of a notary", () => {
  test("has at least the notary UTXOs that the config asks for", () => {
    expect(found({ notaryUtxos: { count: 10, locked: 0, low: 10 } })).toEqual([]);
    expect(found({ notaryUtxos: { count: 9, locked: 0, low: 10 } })).toEqual(["notaryUtxos doubtful"]);
    expect(found({ notaryUtxos: { count: 0, locked: 0, low: 10 } })).toEqual(["notaryUtxos bad"]);
    expect(found({ notaryUtxos: { count: 10, locked: 0 } })).toEqual([]);
    expect(text({ notaryUtxos: { count: 1, locked: 0 } })).toBe(
      "has 1 notary UTXO; it should have 10 or more",
    );
  });

  test("that has no coins at all is bad", () => {
    expect(found({ notaryUtxos: { count: 0, locked: 0 }, balance: 0 })).toEqual([
      "notaryUtxos bad",
      "balance bad",
    ]);
    expect(found({ balance: 0.1 })).toEqual(["balance doubtful"]);
    expect(found({ balance: 0.10000001 })).toEqual([]);
    expect(found({ balance: 0.002 })).toEqual(["balance bad"]);
  });

  test("has the key, and is open; without the key nothing is said of its coins", () => {
    expect(found({ hasKey: false, balance: 0 })).toEqual(["key bad"]);
    expect(found({ isWalletLocked: true })).toEqual(["walletLocked bad"]);
  });

  test("of a node without Iguana needs no coins", () => {
    const node = { notaryUtxos: undefined, notarisedTo: undefined };
    expect(found({ ...node, balance: 0 })).toEqual([]);
    expect(found({ ...node, hasKey: false })).toEqual(["key doubtful"]);
    expect(found({ ...node, hasKey: undefined })).toEqual([]);
    expect(found({ ...node, isWalletLocked: true })).toEqual(["walletLocked doubtful"]);
  });
});

describe("the last notarisation", () => {
  const at = (height: number) => ({ lastNotarisation: { height } });

  test("is judged by its age in blocks", () => {
    expect(found(at(1351))).toEqual([]);
    expect(found(at(1350))).toEqual(["notarisationAge doubtful"]);
    expect(found(at(60))).toEqual(["notarisationAge bad"]);
    expect(text(at(60))).toBe(
      "was notarised to KMD last at height 60, 1440 blocks ago; it should be less than 150",
    );
  });

  test("is not expected where there never was one, or where Iguana does not notarise", () => {
    expect(found({ lastNotarisation: undefined })).toEqual([]);
    expect(found({ ...at(60), notarisedTo: undefined })).toEqual([]);
  });
});

test("the cause comes first", () => {
  expect(found({ bestKnown: 1600, heightSince: ago(900), peers: 0, balance: 0.05 })).toEqual([
    "standstill bad",
    "peers bad",
    "balance doubtful",
  ]);
});
