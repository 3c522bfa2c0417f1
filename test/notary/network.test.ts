import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { address, deriveKeys } from "../../chains/keys";
import { KOMODO_PREFIXES } from "../../chains/list/entryShape";
import { deployedChains } from "../../notary/placement";
import type { Notary } from "../../notary/types";
import { changed, DIGEST, load, messages, NOTARY, write } from "../config/stackFiles";
import { DPOW, WHITELISTS } from "./dpowFacts";

const SHIPPED = readFileSync("notary/networks/season8.yaml", "utf8");
const PHRASE = "a phrase";
/** dPoW's notaries keep their phrases, so the test takes the place of the last one of both kinds. */
const REPLACED = [DPOW.main, DPOW.thirdParty].map(({ keys }) => keys["dragonhound_DEV"]?.[0] ?? "");

/** The notary as the stack program gets it, with nothing but its network and its chains stated. */
function notaryOf(network: "main" | "thirdParty"): Notary {
  write("assetchains.yaml", readFileSync("assetchains.yaml", "utf8"));
  const { publicKey } = deriveKeys(PHRASE);
  write(
    "own.yaml",
    REPLACED.reduce((text, key) => text.replace(key, publicKey), SHIPPED),
  );
  const notary = { name: "east", host: "alpha", network, chains: [DPOW[network].set] };
  const image = { image: `daemon@${DIGEST}` };
  const daemons = { komodod: image, litecoind: image, marmarad: image, tokeld: image };
  const config = changed([...NOTARY], notary)
    .replace("config:\n", "config:\n  dokomodo:networks: own.yaml\n")
    .replace(/ {2}dokomodo:daemons:\n( {4}.*\n)+/, `  dokomodo:daemons: ${JSON.stringify(daemons)}\n`);
  const loaded = load(config, { east: PHRASE });
  expect(messages(loaded)).toEqual([]);
  const [found] = loaded.ok ? loaded.value.notaries : [];
  if (found === undefined) throw new Error("the stack has no notary");
  return found;
}

/** The daemon's own flags: all but those that make the chain, and those with lists of addresses. */
function ownFlags(notary: Notary, symbol: string): string[] {
  const { chain } = notary.chains.find((each) => each.chain.symbol === symbol) ?? {};
  const all = [...(chain?.parameterFlags ?? []), ...(chain?.flags ?? [])];
  return all.filter((flag) => /^-(gen|genproclimit|minrelaytxfee|opretmintxfee|notary)(=|$)/.test(flag));
}

function whitelisted(notary: Notary): Record<string, string[]> {
  const listed = deployedChains(notary).map(({ chain }): [string, string[]] => [
    chain.symbol,
    chain.flags.flatMap((flag) => /^-whitelistaddress=(.*)$/.exec(flag)?.[1] ?? []),
  ]);
  return Object.fromEntries(listed.filter(([, addresses]) => addresses.length > 0));
}

describe.each(["main", "thirdParty"] as const)(
  "a notary of dPoW's network %s, as in dPoW's files",
  (kind) => {
    const facts = DPOW[kind];

    test.each(Object.entries(facts.iguana))("starts Iguana with its %s", (key, [value]) => {
      expect(notaryOf(kind).iguana).toMatchObject({ [key]: value });
    });

    test.each(Object.entries(facts.elected))("needs as many signatures as %s says", (key, [value]) => {
      expect(notaryOf(kind).iguana.elected).toMatchObject({ [key]: value });
    });

    test("has the seeds", () => {
      const { seeds = [] } = notaryOf(kind).iguana.elected ?? {};
      expect([seeds.at(0), seeds.at(-1), seeds.length]).toEqual(facts.seeds[0]);
    });

    test("has the notaries", () => {
      const { notaries = [] } = notaryOf(kind).iguana.elected ?? {};
      expect(notaries).toHaveLength(facts.notaries[0]);
      expect(new Set(notaries.flatMap((each) => Object.values(each))).size).toBe(facts.notaries[0]);
    });

    test.each(Object.entries(facts.keys))("knows the key of %s", (name, [key]) => {
      expect(SHIPPED).toContain(`{ ${name}: ${key} }`);
    });

    test("is told of the peers", () => {
      expect(notaryOf(kind).peers).toEqual(facts.peers[0]);
    });

    test("has the chains with their ports and destinations", () => {
      const chains = notaryOf(kind).chains.map(({ chain }) => [
        chain.symbol,
        [chain.p2pPort, chain.rpcPort, chain.dest ?? ""],
      ]);
      expect(Object.fromEntries(chains)).toEqual(
        Object.fromEntries(Object.entries(facts.chains).map(([symbol, [value]]) => [symbol, value])),
      );
    });

    test("gives each daemon the flags, and no other daemon any", () => {
      const notary = notaryOf(kind);
      const flags = Object.keys(facts.chains).map((symbol) => [symbol, ownFlags(notary, symbol).sort()]);
      const expected = Object.keys(facts.chains).map((symbol) => [
        symbol,
        [...(facts.flags[symbol]?.[0] ?? [])].sort(),
      ]);
      expect(flags).toEqual(expected);
    });
  },
);

describe("the whitelist", () => {
  test("of main has the faucet and every notary, for all but Litecoin and the private chain", () => {
    const notary = notaryOf("main");
    const keys = (notary.iguana.elected?.notaries ?? []).flatMap((each) => Object.values(each));
    const expected = [...keys.map((key) => address(key, KOMODO_PREFIXES)), ...WHITELISTS.main[0]];
    const listed = whitelisted(notary);
    expect(Object.keys(listed).sort()).toEqual(
      Object.keys(DPOW.main.chains)
        .filter((symbol) => !["LTC", "PIRATE"].includes(symbol))
        .sort(),
    );
    for (const addresses of Object.values(listed)) expect(addresses).toEqual(expected);
  });

  test("of thirdParty has the addresses of its set-up", () => {
    const addresses = WHITELISTS.thirdParty[0];
    expect(whitelisted(notaryOf("thirdParty"))).toEqual({ KMD: addresses, MCL: addresses, TOKEL: addresses });
  });
});
