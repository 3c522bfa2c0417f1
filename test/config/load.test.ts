import { describe, expect, test } from "vitest";
import { deployedChains } from "../../notary/placement";
import { CONFIG, changed, DIGEST, load, loadValues, messages, NOTARY, valuesOf, write } from "./stackFiles";

describe("a stack's config", () => {
  test("becomes notaries with everything resolved", () => {
    const loaded = load(CONFIG);
    expect(messages(loaded)).toEqual([]);
    const [notary] = loaded.ok ? loaded.value.notaries : [];
    expect(notary).toMatchObject({
      name: "east",
      host: "alpha",
      ipAddress: "192.0.2.1",
      passphrase: "a phrase",
      iguana: {
        command: ["iguana", "notary"],
        user: "3004:3004",
        home: "/home/iguana",
        rpcPort: 7776,
        busPort: 7775,
      },
    });
    const chains = deployedChains({ chains: notary?.chains ?? [] });
    expect(chains.map(({ chain, daemon }) => [chain.symbol, daemon.image, daemon.home])).toEqual([
      ["KMD", `komodod@${DIGEST}`, "/home/komodo"],
      ["LTC", `litecoind@${DIGEST}`, "/home/litecoin"],
      ["BEER", `komodod@${DIGEST}`, "/home/komodo"],
    ]);
  });

  test("replaces the name of a set by the set's chains", () => {
    const loaded = load(changed([...NOTARY, "chains"], ["KMD", "LTC", "beers"]));
    const [notary] = loaded.ok ? loaded.value.notaries : [];
    expect(notary?.chains.map(({ chain }) => chain.symbol)).toEqual(["KMD", "LTC", "BEER", "PIZZA"]);
  });

  test("keeps notary UTXOs on the chains that it names, and with `all` on the others", () => {
    const bounds = { low: 10, high: 50, dryRun: false };
    const utxosOf = (utxos: object) => {
      const loaded = load(changed([...NOTARY, "utxos"], utxos));
      expect(messages(loaded)).toEqual([]);
      return loaded.ok ? loaded.value.notaries[0]?.utxos : undefined;
    };
    expect(utxosOf({})).toEqual({});
    expect(utxosOf({ KMD: { low: 10, high: 50 } })).toEqual({ KMD: bounds });
    const dryRun = { low: 1, high: 1, dryRun: true };
    expect(utxosOf({ all: { low: 10, high: 50 }, LTC: "none", BEER: dryRun })).toEqual({
      KMD: bounds,
      BEER: dryRun,
    });
  });

  test("tells each daemon of the disk guard", () => {
    const guardsOf = (guard: unknown) => {
      const loaded = load(changed(["dokomodo:diskGuard"], guard));
      expect(messages(loaded)).toEqual([]);
      const chains = loaded.ok ? deployedChains(loaded.value.notaries[0] ?? { chains: [] }) : [];
      return chains.map(({ daemon }) => daemon.diskGuard);
    };
    expect(guardsOf(undefined)).toEqual([undefined, undefined, undefined]);
    expect(guardsOf("none")).toEqual(["none", "none", "none"]);
    const limits = { stopBelowMiB: 100, startAboveMiB: 200 };
    expect(guardsOf({ stopBelow: 100, startAbove: 200 })).toEqual([limits, limits, limits]);
  });

  test("may name images by tag in a development stack", () => {
    const tagged = changed(["dokomodo:iguana", "image"], "iguana:dev").replace(
      "config:\n",
      "config:\n  dokomodo:development: true\n",
    );
    expect(messages(load(tagged))).toEqual([]);
  });

  test("gives the chains of a daemon the prefixes that the stack states for it", () => {
    const prefixes = { pubkeyHash: 111, scriptHash: 196, wif: 239 };
    const loaded = load(changed(["dokomodo:daemons", "komodod", "prefixes"], prefixes));
    const [notary] = loaded.ok ? loaded.value.notaries : [];
    expect(notary?.chains.map(({ chain }) => chain.prefixes.wif)).toEqual([239, 188, 239]);
  });

  test("is what Pulumi passes on, even when the stack's file says something else", () => {
    write("Pulumi.test.yaml", CONFIG);
    const values = valuesOf(changed([...NOTARY, "host"], "beta"), { east: "a phrase" });
    expect(messages(loadValues(values))).toEqual([
      "the stack's config: no host is named beta; dokomodo:hosts has alpha",
    ]);
  });
});
