import { stringify } from "yaml";

/** Seed nodes of each assetchain: as many as an assetchain of 2025 has in its list. */
const SEEDS = Array.from({ length: 8 }, (_, index) => `203.0.113.${index + 1}`);
/** First port of the assetchains. It is above every port that the program itself uses. Each chain takes two ports. */
const FIRST_PORT = 20_000;

/** The symbols of `count` chains: KMD, LTC and assetchains. */
export function symbols(count: number): string[] {
  return ["KMD", "LTC", ...Array.from({ length: count - 2 }, (_, index) => assetchain(index))];
}

/** Text of an assetchains.yaml with `count` chains, no two of which share a port. */
export function chainList(count: number): string {
  const assetchains = Array.from({ length: count - 2 }, (_, index) => ({
    ac_name: assetchain(index),
    ac_supply: "100000000",
    ac_reward: "50000000",
    ac_cc: "2",
    port: String(FIRST_PORT + 2 * index),
    addnode: SEEDS,
  }));
  const list = {
    chains: [
      { symbol: "KMD", p2pPort: 7770, rpcPort: 7771, dest: "LTC", notary: ".litecoin/litecoin.conf" },
      {
        symbol: "LTC",
        daemon: "litecoind",
        p2pPort: 9333,
        rpcPort: 9332,
        prefixes: { pubkeyHash: 48, scriptHash: 5, wif: 176 },
      },
      ...assetchains,
    ],
  };
  return stringify(list, { aliasDuplicateObjects: false });
}

function assetchain(index: number): string {
  return `BENCH${String(index).padStart(4, "0")}`;
}
