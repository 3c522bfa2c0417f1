import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import type { Fault } from "../../dev/scenes/diagnoses";
import { AMPLE, type FaultScene } from "../../dev/scenes/FaultScene";
import {
  bringProgram,
  harmParameters,
  leaveBranch,
  limitMemory,
  loseOnlyPeer,
  rejoinBranch,
  shortenCertificate,
  spendAll,
  takeLease,
  takeProgram,
} from "../../dev/scenes/makingFaults";

const MIB = 2 ** 20;
const DAY = 86_400_000;

const nothing = async () => undefined;

/** Faults that are seldom, or that take long to be made or mended. */
export function rareFaults(scene: () => FaultScene, round: (...faults: readonly Fault[]) => Promise<void>) {
  test("of a program that is not in its image, of damaged parameters, and of a restarter that is stopped", async () => {
    await round(
      {
        name: "image without the daemon",
        chain: "PIZZA",
        check: "image",
        seen: /komodod: no such command in this image/,
        make: () => takeProgram(scene()),
        mend: () => bringProgram(scene()),
      },
      {
        name: "parameters damaged (one byte)",
        chain: "LTC",
        check: "parameters",
        seen: /^the daemon needs ~\/params\/ltc\.params .*, and its SHA-256 is /,
        make: () =>
          harmParameters(scene(), 'chmod u+w "$0" && printf x | dd of="$0" conv=notrunc bs=1 seek=7'),
        mend: () => scene().stack.up(),
      },
      {
        name: "restarter stopped",
        chain: "KMD",
        check: "daemon",
        level: "doubtful",
        seen: /ill-restarter on host alpha does not run/,
        make: () => scene().hosts.docker("alpha", "stop", "ill-restarter"),
        mend: () => scene().hosts.docker("alpha", "start", "ill-restarter"),
      },
    );
  });

  test("of a full disk, on which the disk guard holds a daemon", async () => {
    const { hosts, stack } = scene();
    await round({
      name: "daemon held by the disk guard",
      chain: "PIZZA",
      check: "disk",
      seen: /^The disk guard holds the daemon: \d+ MiB are free/,
      make: async () => {
        await hosts.leaveFree("beta", 200 * MIB);
        await scene().docker("ill-pizza", "restart", "ill-pizza");
      },
      mend: async () => {
        await hosts.leaveFree("beta", AMPLE);
        // The guard may hold the others by now.
        await stack.dokomodo("start", "LTC", "BEER", "PIZZA");
      },
    });
  });

  test("of a daemon that needs more memory than it may have, spent coins, and peers that are gone", async () => {
    let unsent: readonly string[] = [];
    await round(
      {
        name: "daemon killed for memory",
        chain: "BEER",
        check: "daemon",
        seen: /^the kernel killed it because it reached its limit of memory/,
        make: () => limitMemory(scene(), "24m"),
        mend: () => limitMemory(scene(), "1024m"),
      },
      {
        name: "coins spent",
        chain: "LTC",
        check: "coins",
        seen: /^0 coins, 0 notary UTXOs/,
        make: () => spendAll(scene()),
        mend: () => scene().mine("LTC"),
      },
      {
        name: "peers gone while it lags",
        chain: "KMD",
        check: "peers",
        seen: /^22 blocks behind the best known height \d+; it should be less than 3 \(.*, 0 peers\)$/,
        make: async () => {
          unsent = await loseOnlyPeer(scene(), 22);
        },
        mend: async () => {
          for (const block of unsent) await scene().call("KMD", "submitblock", [block]);
        },
      },
    );
  });

  test("of certificates that end soon, or have ended", async () => {
    // The two cannot be made by the same run, nor by two at the same time.
    let first: Promise<void> | undefined;
    await round(
      {
        name: "certificate near its end",
        chain: "BEER",
        check: "link",
        seen: /^the certificate of ill-beer ends in 4 days; `pulumi up` renews it/,
        make: () => {
          first = shortenCertificate(scene(), "ill-beer", 5 * DAY);
          return first;
        },
        mend: () => scene().stack.up(),
      },
      {
        name: "certificate ended",
        chain: "LTC",
        check: "link",
        seen: /^the certificate of ill-ltc has ended, so its links do not work; `pulumi up` renews it/,
        make: async () => {
          await first;
          const end = Date.now() + 60_000;
          await shortenCertificate(scene(), "ill-ltc", 60_000);
          await sleep(Math.max(0, end - Date.now()));
        },
        mend: nothing,
      },
    );
  });

  test("of a container that is gone, of parameters that are gone, and of a fork", async () => {
    await round(
      {
        name: "container removed",
        chain: "PIZZA",
        check: "daemon",
        seen: /^it is not on host beta/,
        make: () => scene().docker("ill-pizza", "rm", "--force", "ill-pizza"),
        mend: () => scene().stack.must("up", "--refresh", "--yes", "--skip-preview", "--stack", "test"),
      },
      {
        name: "fork of 10 blocks",
        chain: "BEER",
        check: "peers",
        seen: /^knows another branch of 10 blocks/,
        make: () => leaveBranch(scene(), 10),
        mend: () => rejoinBranch(scene()),
      },
      {
        name: "parameters gone",
        chain: "LTC",
        check: "parameters",
        seen: /^the daemon needs ~\/params\/ltc\.params .*, and it is missing$/,
        make: () => harmParameters(scene(), 'rm "$0" "$0.json"'),
        // The same `up` mends both.
        mend: nothing,
      },
    );
  });

  test("of a lease that another Iguana of the key has", async () => {
    await round({
      name: "lease held elsewhere",
      chain: "KMD",
      check: "lease",
      seen: /another Iguana of this key runs: notary ill of stack other on host gamma/,
      make: () => takeLease(scene()),
      mend: () => scene().docker("ill-iguana", "rm", "--force", "ill-other-iguana"),
    });
  });

  test("of an agent that is stopped", async () => {
    await round({
      name: "agent stopped",
      chain: "KMD",
      check: "Iguana",
      seen: /notary ill's agent/,
      make: () => scene().docker("ill-iguana", "stop", "ill-iguana-agent"),
      mend: () => scene().stack.dokomodo("start", "iguana"),
    });
  });

  test("of a locked wallet", async () => {
    await round({
      name: "wallet locked",
      chain: "BEER",
      check: "key",
      seen: /encrypted and locked/,
      make: () => scene().call("BEER", "encryptwallet", ["a phrase"]),
      mend: () => scene().call("BEER", "walletpassphrase", ["a phrase", 100_000_000]),
    });
  });
}
