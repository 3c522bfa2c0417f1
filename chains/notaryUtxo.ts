/**
 * Chains whose notarisations pay 0.01, and spend UTXOs of 100,000 satoshi. All others pay 0.0001, and spend UTXOs of
 * 10,000 satoshi (docs/internals/domain.md, coins with a higher fee, notary UTXOs).
 */
const DEAR_CHAINS = ["GAME", "EMC2", "AYA", "MIL"];

/** Whether a chain's notarisations cost more than those of other chains. */
export function isDear(symbol: string): boolean {
  return DEAR_CHAINS.includes(symbol);
}

/** The size in satoshi of a notary UTXO: the only size that Iguana spends. */
export function notaryUtxoSize(symbol: string): number {
  return isDear(symbol) ? 100_000 : 10_000;
}
