import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fault, faultTable, type Shown, show, statusOf } from "../../dev/scenes/diagnoses";
import { FaultScene } from "../../dev/scenes/FaultScene";
import { rareFaults } from "./rareFaults";

/** The others take many minutes. `npm run soak:faults` has them, and in the suite a test that is skipped would be a failure. */
const HAS_ALL = process.env["DOKOMODO_ALL_FAULTS"] !== undefined;

describe("what an operator sees of faults", () => {
  let scene: FaultScene;
  const table: Shown[] = [];

  beforeAll(async () => {
    scene = await FaultScene.start(HAS_ALL);
  });
  afterAll(async () => {
    if (table.length > 0) console.log(faultTable(table));
    await scene?.stop();
  });

  /** Faults at the same time. `doctor` has to show each by its own check alone, and `status` has to say something of it. */
  const round = async (...faults: readonly Fault[]) => {
    const shown = await show(scene.stack, faults);
    table.push(...shown);
    expect(shown.map(({ fault }) => fault).sort()).toEqual(faults.map(({ name }) => name).sort());
    expect(shown.filter(({ status }) => status === "")).toEqual([]);
  };

  test("of a daemon that hangs, one that refuses the password, a proxy that is stopped, and clocks that differ", async () => {
    await round(
      {
        name: "daemon hangs (SIGSTOP)",
        chain: "PIZZA",
        check: "RPC",
        seen: /no answer in \d+ s/,
        make: () => scene.docker("ill-pizza", "kill", "--signal", "STOP", "ill-pizza"),
        mend: () => scene.docker("ill-pizza", "kill", "--signal", "CONT", "ill-pizza"),
      },
      {
        name: "daemon with another password",
        chain: "LTC",
        check: "RPC",
        seen: /refuses the user and password/,
        make: () =>
          scene.changeConf("LTC", (conf) => conf.replace(/^rpcpassword=.*/m, "rpcpassword=another")),
        mend: () => scene.restoreConf("LTC"),
      },
      {
        name: "proxy stopped",
        chain: "BEER",
        check: "link",
        seen: /^ill-beer-proxy on host beta is stopped/,
        make: () => scene.docker("ill-beer", "stop", "ill-beer-proxy"),
        mend: () => scene.docker("ill-beer", "start", "ill-beer-proxy"),
      },
      {
        name: "clock an hour off",
        chain: "KMD",
        check: "clock",
        seen: /^that of host alpha is 3600 s behind this machine's$/,
        make: async () => undefined,
        mend: async () => undefined,
        // The hosts of the testbed have one clock, so it is the operator's that differs.
        env: scene.clockAhead(3_600_000),
      },
    );
  });

  test("of an Iguana that is stopped", async () => {
    await round({
      name: "Iguana stopped",
      chain: "KMD",
      check: "Iguana",
      seen: /^it is stopped/,
      make: () => scene.stack.dokomodo("stop", "iguana"),
      mend: () => scene.stack.dokomodo("start", "iguana"),
    });
  });

  test("of a daemon that is stopped, one that ends again and again, and a gateway that is stopped", async () => {
    await round(
      {
        name: "daemon stopped by hand",
        chain: "BEER",
        check: "daemon",
        seen: /^it is stopped/,
        make: () => scene.docker("ill-beer", "stop", "ill-beer"),
        mend: () => scene.stack.dokomodo("start", "BEER"),
      },
      {
        name: "daemon ends at each start",
        chain: "PIZZA",
        check: "daemon",
        seen: /^it ends again and again: a file that was uploaded cannot be read/,
        make: () => scene.removeConf("PIZZA"),
        mend: () => scene.restoreConf("PIZZA"),
      },
      {
        name: "gateway stopped",
        chain: "LTC",
        check: "link",
        seen: /^ill-gateway on host beta is stopped/,
        make: () => scene.docker("ill-beer", "stop", "ill-gateway"),
        mend: () => scene.docker("ill-beer", "start", "ill-gateway"),
      },
    );
  });

  test("of a host that is cut off, and of a witness that is stopped, so that the lease is lost", async () => {
    await round(
      {
        name: "host cut off",
        chain: "BEER",
        check: "host",
        seen: /does not answer|no answer|no way/,
        make: () => scene.hosts.cut("beta"),
        mend: () => scene.hosts.mend("beta"),
      },
      {
        name: "witness stopped",
        chain: "KMD",
        check: "lease",
        seen: /^it is lost/,
        make: () => scene.stack.dokomodo("stop", "witness"),
        mend: () => scene.stack.dokomodo("start", "witness"),
      },
    );
  });

  test("of an engine that is stopped, which costs its host's own lines and no others", async () => {
    await round({
      name: "engine stopped",
      chain: "PIZZA",
      check: "host",
      seen: /its Docker Engine does not run/,
      make: () => scene.hosts.stopEngine("beta"),
      mend: async () => {
        const { chains, hosts } = await statusOf(scene.stack);
        await scene.hosts.startEngine("beta");
        expect(chains.map(({ symbol, state }) => [symbol, state])).toEqual([
          ["KMD", "synced"],
          ["LTC", "host-down"],
          ["BEER", "host-down"],
          ["PIZZA", "host-down"],
        ]);
        const down = hosts.filter(({ findings }) => findings.some(({ of }) => of === "host"));
        expect(down.map(({ name }) => name)).toEqual(["beta"]);
      },
    });
  });

  if (HAS_ALL) rareFaults(() => scene, round);
});
