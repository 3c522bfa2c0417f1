import { z } from "zod";

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

/** The notarisations in a block, as `getblock` with verbosity 2 tells it. */
export function notarisationsIn(answer: unknown): Notarisation[] {
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
