import { describe, expect, test } from "vitest";
import { casesOf } from "../../../cli/doctor/cases";
import { diagnose } from "../../../cli/doctor/checks";
import { diagnosisText } from "../../../cli/doctor/text";
import { observe } from "../../../cli/running/observation";
import { painter } from "../../../cli/terminal";
import type { SeenContainer } from "../../../platforms/operations";
import type { ChainReading } from "../../../readings/chain";
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

async function diagnoses(operations: FakeOperations, symbols: readonly string[] = []) {
  const stack = twoHosts();
  const cases = await casesOf(stack, await observe(stack, operations), operations, symbols);
  return cases.map((each) => ({ title: each.title, checks: diagnose(each) }));
}

/** The checks of BEER that are not good, as `name: level`. */
async function wrongAtBeer(operations: FakeOperations) {
  const [beer] = await diagnoses(operations, ["BEER"]);
  const checks = beer?.checks ?? [];
  return checks.filter(({ level }) => level === "bad" || level === "doubtful");
}

function withBeer(operations: FakeOperations, reading: Partial<ChainReading>): FakeOperations {
  const readings = healthyReadings();
  operations.readings = { ...readings, chains: { ...readings.chains, BEER: healthyChain(500, reading) } };
  return operations;
}

function withContainers(operations: FakeOperations, change: (seen: SeenContainer) => SeenContainer[]) {
  const { hosts, containers } = healthySight();
  operations.sight = { hosts, containers: containers.flatMap(change) };
  return operations;
}

const daemonAs = (seen: Partial<SeenContainer>) =>
  withContainers(new FakeOperations(), (each) =>
    each.name === "east-beer" ? [container("beta", "east-beer", seen)] : [each],
  );

const since = NOW.toISOString();
const silence = (kind: "link" | "down" | "silent" | "loading" | "password", detail: string) =>
  withBeer(new FakeOperations(), { silence: { kind, detail, since } });

describe("a chain with nothing wrong", () => {
  test("has good checks, in the order of cause", async () => {
    const [beer] = await diagnoses(new FakeOperations(), ["BEER"]);
    expect(beer?.checks.map(({ check, level }) => `${check} ${level}`)).toMatchInlineSnapshot(`
      [
        "host good",
        "disk good",
        "clock good",
        "image good",
        "parameters good",
        "daemon good",
        "link good",
        "RPC good",
        "key good",
        "coins good",
        "Iguana good",
        "lease good",
        "peers good",
      ]
    `);
  });

  test("is one line with the others if no chain is asked for", async () => {
    expect(diagnosisText(await diagnoses(new FakeOperations()), false, painter(false))).toBe(
      "Nothing is wrong with KMD, LTC, BEER.",
    );
  });
});

const { hosts } = healthySight();
const withHost = (seen: Parameters<typeof seenHost>[1]) => {
  const operations = new FakeOperations();
  operations.sight = { ...healthySight(), hosts: [...hosts.slice(0, 1), seenHost("beta", seen)] };
  return operations;
};

/** Each fault turns its own check red, and no other. */
const FAULTS: readonly (readonly [fault: string, check: string, () => FakeOperations])[] = [
  [
    "a host that is down",
    "host",
    () => {
      const operations = new FakeOperations();
      const { containers } = healthySight();
      operations.sight = {
        hosts: [seenHost("alpha"), { name: "beta", problem: "no answer in 2 s." }],
        containers: containers.filter(({ host }) => host === "alpha"),
      };
      return operations;
    },
  ],
  [
    "a disk that is nearly full",
    "disk",
    () => withHost({ disk: { totalBytes: 2 ** 40, freeBytes: 2 ** 30 } }),
  ],
  [
    "a daemon that the disk guard holds",
    "disk",
    () => {
      const operations = silence("down", "nothing answers");
      operations.silent.add("east-beer");
      operations.logLines = {
        "east-beer": [
          { text: "entrypoint: The disk guard holds the daemon: 12 MiB are free on the disk of /x." },
        ],
      };
      return operations;
    },
  ],
  ["a clock that is off", "clock", () => withHost({ clockAheadSeconds: -3600 })],
  ["an image that is gone", "image", () => daemonAs({ state: "starting", why: "ImagePullBackOff" })],
  [
    "a program that is not in the image",
    "image",
    () => daemonAs({ state: "starting", restarts: 9, lastExit: { code: 127, outOfMemory: false } }),
  ],
  ["a daemon that somebody stopped", "daemon", () => daemonAs({ state: "stopped" })],
  [
    "a daemon that ends again and again",
    "daemon",
    () => daemonAs({ state: "starting", restarts: 9, lastExit: { code: 1, outOfMemory: false } }),
  ],
  [
    "a daemon that reached its limit of memory",
    "daemon",
    () => daemonAs({ startedAt: new Date(), restarts: 2, lastExit: { code: 137, outOfMemory: true } }),
  ],
  [
    "a container that is gone",
    "daemon",
    () => withContainers(new FakeOperations(), (each) => (each.name === "east-beer" ? [] : [each])),
  ],
  [
    "a proxy that is stopped",
    "link",
    () =>
      withContainers(new FakeOperations(), (each) =>
        each.name === "east-beer-proxy" ? [{ ...each, state: "stopped" }] : [each],
      ),
  ],
  [
    "a gateway that is stopped",
    "link",
    () =>
      withContainers(new FakeOperations(), (each) =>
        each.name === "east-gateway" ? [{ ...each, state: "stopped" }] : [each],
      ),
  ],
  ["a host that is cut off from the caller's", "link", () => silence("link", "no way to it")],
  [
    "a certificate at its end",
    "link",
    () => {
      const operations = new FakeOperations();
      const readings = healthyReadings();
      operations.readings = { ...readings, certificates: { ...readings.certificates, "east-beer": -1 } };
      return operations;
    },
  ],
  ["a daemon that hangs", "RPC", () => silence("silent", "it does not answer in 8 s")],
  ["a daemon that refuses the password", "RPC", () => silence("password", "it refuses the password")],
  [
    "a daemon that does not listen",
    "RPC",
    () => {
      const operations = silence("down", "nothing answers");
      operations.silent.add("east-beer");
      return operations;
    },
  ],
  [
    "a daemon that has just stopped listening",
    "RPC",
    () => {
      const operations = withBeer(new FakeOperations(), { at: "2026-01-02T03:03:30Z" });
      operations.silent.add("east-beer");
      return operations;
    },
  ],
  ["a daemon that listens and is not reached", "link", () => silence("down", "nothing answers")],
  ["a wallet without the key", "key", () => withBeer(new FakeOperations(), { hasKey: false })],
  ["a locked wallet", "key", () => withBeer(new FakeOperations(), { isWalletLocked: true })],
  [
    "no coins",
    "coins",
    () => withBeer(new FakeOperations(), { balance: 0, notaryUtxos: { count: 0, locked: 0 } }),
  ],
  [
    "a lease that another has",
    "lease",
    () => {
      const operations = new FakeOperations();
      const readings = healthyReadings();
      const { iguana } = readings;
      if (iguana === undefined) throw new Error("no Iguana");
      const lease = { state: "waiting", detail: "held by notary east of stack other on host gamma" };
      operations.readings = { ...readings, iguana: { ...iguana, state: "waiting-for-lease", lease } };
      return operations;
    },
  ],
  [
    "an Iguana that is stopped",
    "Iguana",
    () =>
      withContainers(new FakeOperations(), (each) =>
        each.name === "east-iguana" ? [{ ...each, state: "stopped" }] : [each],
      ),
  ],
  [
    "an Iguana of another plan",
    "Iguana",
    () => {
      const operations = new FakeOperations();
      const readings = healthyReadings();
      const { iguana } = readings;
      if (iguana === undefined) throw new Error("no Iguana");
      operations.readings = { ...readings, iguana: { ...iguana, state: "outdated", detail: "another plan" } };
      return operations;
    },
  ],
  ["no peers", "peers", () => withBeer(new FakeOperations(), { peers: 0 })],
  [
    "a branch that is longer",
    "peers",
    () => withBeer(new FakeOperations(), { fork: { length: 12, status: "valid-fork" } }),
  ],
  [
    "a chain that stands",
    "peers",
    () => withBeer(new FakeOperations(), { bestKnown: 900, heightSince: "2026-01-01T00:00:00Z" }),
  ],
];

describe("a fault turns one check red, and no other", () => {
  test.each(FAULTS)("%s: %s", async (_fault, check, make) => {
    const wrong = await wrongAtBeer(make());
    expect(wrong.map(({ check: name, level }) => `${name} ${level}`)).toEqual([`${check} bad`]);
    expect(wrong[0]?.seen).not.toBe("");
    expect(wrong[0]?.mend).toMatch(/\w.*\.$/);
  });
});

describe("what is said", () => {
  test("of a daemon that ends has its last words", async () => {
    const operations = daemonAs({
      state: "starting",
      restarts: 9,
      lastExit: { code: 74, outOfMemory: false },
    });
    operations.logLines = { "east-beer": [{ text: "entrypoint: could not write /home/komodo/x" }] };
    expect(await wrongAtBeer(operations)).toMatchObject([
      {
        check: "daemon",
        seen: "it ends again and again: a conf could not be written; most often the disk is full; it ended last with exit code 74, and was started again 9 times",
        mend: "Make room on the disk of the volumes.",
      },
    ]);
  });

  test("of missing coins has the address to send them to", async () => {
    const operations = withBeer(new FakeOperations(), {
      balance: 0,
      notaryUtxos: { count: 0, locked: 0 },
      address: "RXL3YXG2ceaB6C5hfJcN4fvmLH2C34knhA",
    });
    expect((await wrongAtBeer(operations))[0]?.mend).toContain(
      "Send coins of BEER to RXL3YXG2ceaB6C5hfJcN4fvmLH2C34knhA.",
    );
  });

  test("of a restarter that is stopped names it, and is no fault of the chain", async () => {
    const operations = withContainers(new FakeOperations(), (each) =>
      each.name === "east-gateway"
        ? [each, container("beta", "east-restarter", { state: "stopped" })]
        : [each],
    );
    const [wrong, ...others] = await wrongAtBeer(operations);
    expect(others).toEqual([]);
    expect(wrong).toMatchObject({ check: "daemon", level: "doubtful" });
    expect(wrong?.seen).toContain("east-restarter on host beta does not run");
  });

  test("of a daemon that waits for its turn is that it starts by itself, and nothing is bad", async () => {
    const operations = silence("down", "nothing answers");
    operations.silent.add("east-beer");
    const text = "The daemon waits for its turn, because all are started at once.";
    operations.logLines = { "east-beer": [{ text: `entrypoint: ${text}` }] };
    expect(await wrongAtBeer(operations)).toEqual([
      {
        check: "RPC",
        level: "doubtful",
        seen: text,
        mend: "Wait. To start it at once, run `dokomodo restart BEER`.",
      },
    ]);
  });

  test("of a daemon that was started again is not what its entry point said before", async () => {
    const operations = silence("down", "nothing answers");
    operations.silent.add("east-beer");
    const startedAt = new Date("2026-01-02T03:00:00Z");
    operations.sight = {
      ...operations.sight,
      containers: operations.sight.containers.map((each) =>
        each.workload === "east-beer" && each.role === undefined ? { ...each, startedAt } : each,
      ),
    };
    const held = (at: string) => ({
      text: "entrypoint: The disk guard holds the daemon: no room.",
      at: new Date(at),
    });
    operations.logLines = { "east-beer": [held("2026-01-02T02:59:00Z")] };
    expect((await wrongAtBeer(operations)).map(({ check }) => check)).not.toContain("disk");
    operations.logLines = { "east-beer": [held("2026-01-02T03:00:01Z")] };
    expect((await wrongAtBeer(operations)).map(({ check }) => check)).toEqual(["disk"]);
  });

  test("of checks that could not be made names the cause", async () => {
    const [beer] = await diagnoses(daemonAs({ state: "stopped" }), ["BEER"]);
    expect(
      diagnosisText([{ title: "BEER", checks: beer?.checks ?? [] }], true, painter(false)),
    ).toMatchInlineSnapshot(`
      "BEER
        ok    host        beta answers (Docker 28.5.2)
        ok    disk        512 GiB of 1024 GiB are free on host beta
        ok    clock       that of host beta is right
        ok    image       komodod@sha256:0000000000000000000000000000000000000000000000000000000000000000
        ok    parameters  3 files are there, and each has its SHA-256
        BAD   daemon      it is stopped
                          If nobody wants it so, run \`dokomodo start BEER\`.
        -     link        not looked at, because of daemon
        -     RPC         not looked at, because of daemon
        -     key         not looked at, because of daemon
        -     coins       not looked at, because of daemon
        ok    Iguana      it is ready, and has BEER at height 500
        ok    lease       it is held, for 18 s more
        -     peers       not looked at, because of daemon"
    `);
  });
});
