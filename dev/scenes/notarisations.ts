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

/** The chains that are mined together, because a round needs new blocks on both of its chains. */
const MINED = ["KMD", "BEER", "LTC"] as const;
/** BEER is notarised to KMD, and KMD to LTC. */
const PAIRS = [
  ["BEER", "KMD"],
  ["KMD", "LTC"],
] as const;
/** Iguana asks for new blocks every two seconds, and holds a round for two more. */
const BLOCK_MILLISECONDS = 500;
/** A new Iguana waits for ten blocks of KMD, a round for ten more, and the block that it names is eleven deep. */
const MOST_BLOCKS = 80;

/**
 * Mines until BEER is notarised on KMD, and KMD on LTC, in blocks that are not there yet. Returns both notarisations,
 * the one of BEER first. Each names a block that its chain has.
 */
export async function untilNotarised(
  notary: string,
  addresses: Readonly<Partial<Record<ChainSymbol, string>>>,
  at: EngineOf = LOCAL,
): Promise<Notarisation[]> {
  const next = new Map<ChainSymbol, number>();
  for (const [, destination] of PAIRS)
    next.set(destination, Number(await height(notary, destination, at)) + 1);
  const found = new Map<string, Notarisation>();
  for (let blocks = 1; found.size < PAIRS.length; blocks += 1) {
    if (blocks > MOST_BLOCKS) {
      throw new Error(
        `Of BEER and KMD only ${[...found.keys()].join() || "none"} was notarised in ${MOST_BLOCKS} blocks`,
      );
    }
    for (const symbol of MINED)
      await callDaemon(notary, symbol, "generatetoaddress", [1, addresses[symbol]], at);
    await sleep(BLOCK_MILLISECONDS);
    for (const [source, destination] of PAIRS) {
      const tip = next.get(destination) ?? 0;
      next.set(destination, tip + 1);
      const hash = await callDaemon(notary, destination, "getblockhash", [tip], at);
      const inBlock = notarisationsIn(await callDaemon(notary, destination, "getblock", [hash, 2], at));
      const [notarisation] = inBlock.filter(({ symbol }) => symbol === source);
      if (notarisation !== undefined) found.set(source, found.get(source) ?? notarisation);
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
