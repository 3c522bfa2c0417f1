import { createHash } from "node:crypto";
import type { AgentSecrets, NotaryPlan } from "./plan";

/**
 * A digest of all that the agent tells Iguana, and that Iguana keeps until its process ends. Iguana takes the first
 * address, and has no call that removes a notary, a coin or a notarisation. Iguana's container holds the digest in a
 * file, so a change of the digest makes another container.
 */
export function toldDigest(
  { publicKey, iguana, coins }: NotaryPlan,
  secrets: Pick<AgentSecrets, "coins">,
): string {
  const told = [
    publicKey,
    iguana.ipAddress,
    [...iguana.notaries].sort(),
    coins
      .map(({ symbol, addcoin, dpow }) => {
        const { rpcUser, rpcPassword } = secrets.coins[symbol] ?? {};
        return [symbol, Object.entries(addcoin).sort(), dpow?.dest, dpow?.freq, rpcUser, rpcPassword];
      })
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  ];
  return createHash("sha256").update(JSON.stringify(told)).digest("hex");
}
