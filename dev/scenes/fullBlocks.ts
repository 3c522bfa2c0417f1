import { z } from "zod";
import type { EngineOf } from "./docker";
import { type Symbol as ChainSymbol, callDaemon, height } from "./notary";

/** Bytes of data in a block. A block has at most 1,000,000 bytes without its witnesses. */
const DATA = 950_000;
/** A block's reward may be spent when 100 blocks are on top of it. */
const MATURITY = 101;
/** Each transaction pays so much, which no other one of regtest offers. */
const FEE = 0.1;

const unspent = z.array(z.object({ txid: z.string(), vout: z.number(), amount: z.number() }));
const signed = z.object({ hex: z.string(), complete: z.literal(true) });

/**
 * Makes real blocks of a regtest chain that are full of data that no disk can compress. Returns the chain's height.
 * @param mebibytes of data; 200 take some minutes
 */
export async function mineFullBlocks(
  notary: string,
  symbol: ChainSymbol,
  address: string,
  mebibytes: number,
  at: EngineOf,
): Promise<number> {
  const { randomBytes } = await import("node:crypto");
  const call = (method: string, params: readonly unknown[] = []) =>
    callDaemon(notary, symbol, method, params, at);
  const own = await call("getnewaddress");
  const top = Number(await height(notary, symbol, at));
  if (top < MATURITY) await call("generatetoaddress", [1, own]);
  if (top < MATURITY) await call("generatetoaddress", [MATURITY - 1 - top, address]);
  for (let made = 0; made < mebibytes * 2 ** 20; made += DATA) {
    const coins = unspent.parse(await call("listunspent", [1, 9_999_999]));
    const coin = coins.sort((one, other) => other.amount - one.amount)[0];
    if (coin === undefined) throw new Error(`${symbol} has no coins that can be spent`);
    const change = Number((coin.amount - FEE).toFixed(8));
    const raw = await call("createrawtransaction", [
      [{ txid: coin.txid, vout: coin.vout }],
      [{ data: randomBytes(DATA).toString("hex") }, { [String(own)]: change }],
    ]);
    const { hex } = signed.parse(await call("signrawtransactionwithwallet", [raw]));
    await call("sendrawtransaction", [hex, 0]);
    await call("generatetoaddress", [1, address]);
  }
  return Number(await height(notary, symbol, at));
}
