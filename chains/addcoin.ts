import { posix } from "node:path";
import type { Chain } from "./chain";
import { isDear } from "./notaryUtxo";

/** A request to Iguana's RPC, without credentials. */
export type AddcoinRequest = Readonly<Record<string, string | number>>;

export interface AddcoinOptions {
  /** Absolute path of Iguana's home. The conf is under it. */
  readonly home: string;
}

/**
 * Iguana's `addcoin` request, with the fields and values of today's coin files (docs/internals/domain.md, the coin
 * files). It has neither the genesis block nor its hash, like the file for LTC. One of the two without the other would
 * make Iguana wait for a key press (docs/internals/domain.md, the genesis block). With RELAY -1 Iguana needs neither,
 * because it asks the daemon instead of the network.
 *
 * A field that a chain does not have is absent, and not undefined, because toldDigest counts all keys.
 */
export function addcoinRequest(chain: Chain, options: AddcoinOptions): AddcoinRequest {
  const dear = isDear(chain.symbol);
  return {
    agent: "iguana",
    method: "addcoin",
    newcoin: chain.symbol,
    name: chain.symbol,
    // Iguana puts a slash before the path, because it does not know its home yet
    // (docs/internals/domain.md, the conf's path).
    path: posix.join(options.home, posix.dirname(chain.confPath)).replace(/^\/+/, ""),
    conf: posix.basename(chain.confPath),
    active: 1,
    RELAY: -1,
    VALIDATE: 0,
    prefetchlag: -1,
    ...polling(chain),
    p2p: chain.p2pPort,
    rpc: chain.rpcPort,
    ...(chain.wireMagic === undefined ? {} : { netmagic: chain.wireMagic }),
    pubval: chain.prefixes.pubkeyHash,
    p2shval: chain.prefixes.scriptHash,
    wifval: chain.prefixes.wif,
    ...(dear ? { txfee: 0.01 } : {}),
    txfee_satoshis: dear ? "1000000" : "10000",
    minoutput: 10_000,
    isPoS: 0,
    useaddmultisig: 0,
    debug: 0,
  };
}

function polling(chain: Chain): Record<string, string | number> {
  if (chain.blocks !== "zcash") {
    return { poll: 1, startpend: 64, endpend: 64, services: 0, maxpeers: 512, minconfirms: 1 };
  }
  const zcash = { unitval: "20", zcash: 1, sapling: 1, protover: 170_002, hasheaders: 1, minconfirms: 2 };
  return chain.symbol === "KMD"
    ? { ...zcash, poll: 10, startpend: 8, endpend: 8, services: 0, maxpeers: 32 }
    : { ...zcash, poll: 100, startpend: 4, endpend: 4, services: 129, maxpeers: 8 };
}
