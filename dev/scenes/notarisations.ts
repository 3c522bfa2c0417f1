import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type EngineOf, LOCAL } from "./docker";
import { type Symbol as ChainSymbol, callDaemon, height } from "./notary";

/** CRYPTO777's key, to which the first output of every notarisation pays (KomodoPlatform/dPoW iguana/dpow/dpow_tx.c). */
const FIRST_OUTPUT = "21020e46e79a2a8d12b9b5d12c7a91adb4e454edfae43c0a0cb805427d2ac7613fd9ac";

/** What a notarisation on the destination chain says of the chain that was notarised. */
export interface Notarisation {
  readonly txid: string;
  /** Symbol of the chain that was notarised. */
  readonly symbol: string;
  readonly height: number;
  /** Hash of the chain's block at that height, as its RPC writes it. */
  readonly hash: string;
}

const block = z.object({
  tx: z.array(
    z.object({
      txid: z.string(),
      vout: z.array(z.object({ scriptPubKey: z.object({ hex: z.string() }) })),
    }),
  ),
});

/** The notarisations in a block of a destination, as `getblock` with verbosity 2 tells it. */
function notarisationsIn(answer: unknown): Notarisation[] {
  return block.parse(answer).tx.flatMap(({ txid, vout }) => {
    const [first, data, ...others] = vout.map(({ scriptPubKey }) => scriptPubKey.hex);
    if (first !== FIRST_OUTPUT || data === undefined || others.length > 0) return [];
    const payload = dataOf(Buffer.from(data, "hex"));
    const end = payload.indexOf(0, 36);
    if (end < 0) return [];
    const hash = Buffer.from(payload.subarray(0, 32)).reverse().toString("hex");
    return [{ txid, symbol: payload.toString("ascii", 36, end), height: payload.readUInt32LE(32), hash }];
  });
}

/** What follows OP_RETURN and the length of the data. */
function dataOf(script: Buffer): Buffer {
  const [operation, length = 0] = script;
  if (operation !== 0x6a) return Buffer.alloc(0);
  if (length === 0x4c) return script.subarray(3);
  return length === 0x4d ? script.subarray(4) : script.subarray(2);
}

/** BEER is notarised to KMD, and KMD to LTC. */
const PAIRS = [
  ["BEER", "KMD"],
  ["KMD", "LTC"],
] as const;
/**
 * Enough new blocks for a round of each pair. An Iguana that has just started knows one block, a round names a block that is
 * up to eleven deep, and the height of that block is a multiple of five.
 */
const STRETCH = 18;
const TICK_MILLISECONDS = 1000;
/** What each tick mines: one block of each destination, which takes transactions in, and new ones to name if a round fails. */
const TICK = { KMD: 1, LTC: 1, BEER: 2 } as const;
/** Iguana looks for blocks every two seconds, and a round takes two more. The rest is for rounds that fail. */
const MOST_TICKS = 45;

/**
 * Mines until BEER is notarised on KMD, and KMD on LTC, in blocks that are not there yet. Returns both notarisations,
 * the one of BEER first. Each names a block that its chain has.
 */
export async function untilNotarised(
  notary: string,
  addresses: Readonly<Partial<Record<ChainSymbol, string>>>,
  at: EngineOf = LOCAL,
): Promise<Notarisation[]> {
  const mine = (symbol: ChainSymbol, blocks: number) =>
    callDaemon(notary, symbol, "generatetoaddress", [blocks, addresses[symbol]], at);
  const mineAll = (blocks: Readonly<Record<"KMD" | "LTC" | "BEER", number>>) =>
    Promise.all([mine("KMD", blocks.KMD), mine("LTC", blocks.LTC), mine("BEER", blocks.BEER)]);
  // These blocks also take in what was sent before and waits for a block, so that it does not count.
  await mineAll({ KMD: STRETCH, LTC: 1, BEER: STRETCH });
  const next = new Map<ChainSymbol, number>();
  for (const [, destination] of PAIRS)
    next.set(destination, Number(await height(notary, destination, at)) + 1);
  const found = new Map<ChainSymbol, Notarisation>();
  for (let ticks = 0; found.size < PAIRS.length; ticks += 1) {
    if (ticks === MOST_TICKS) {
      throw new Error(
        `Of BEER and KMD only ${[...found.keys()].join() || "none"} was notarised in ${MOST_TICKS} s`,
      );
    }
    await sleep(TICK_MILLISECONDS);
    await mineAll(TICK);
    for (const [source, destination] of PAIRS) {
      if (found.has(source)) continue;
      const top = next.get(destination) ?? 0;
      next.set(destination, top + 1);
      const hash = await callDaemon(notary, destination, "getblockhash", [top], at);
      const inBlock = notarisationsIn(await callDaemon(notary, destination, "getblock", [hash, 2], at));
      const [notarisation] = inBlock.filter(({ symbol }) => symbol === source);
      if (notarisation !== undefined) found.set(source, notarisation);
    }
  }
  for (const [source] of PAIRS) {
    const { height: named, hash } = found.get(source) ?? {};
    if ((await callDaemon(notary, source, "getblockhash", [named], at)) !== hash) {
      throw new Error(
        `The notarisation of ${source} names the block ${hash}, which ${source} does not have at ${named}`,
      );
    }
  }
  return PAIRS.flatMap(([source]) => found.get(source) ?? []);
}
