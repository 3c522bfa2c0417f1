/** What a wallet's label of the notary's address says about blocks before the key came, and lives as long as the key. */
export const RESCANNED = "dokomodo: rescanned";
const UNSEEN = "dokomodo: not rescanned before height ";

/** Of a key that was imported at this height without a look at the blocks before it. */
export function unseenLabel(height: number): string {
  return `${UNSEEN}${height}`;
}

/** The height before which the wallet has seen nothing; undefined where the label says no such thing. */
export function unseenBefore(label: string): number | undefined {
  const height = label.startsWith(UNSEEN) ? Number(label.slice(UNSEEN.length)) : Number.NaN;
  return Number.isSafeInteger(height) ? height : undefined;
}

/**
 * The label in the answer of validateaddress or getaddressinfo: `account` of old daemons, `label` of newer ones, or
 * `labels` of the newest, names or objects with a name. Empty where there is none.
 */
export function labelOf({ account, label, labels }: Readonly<Record<string, unknown>>): string {
  const [first] = Array.isArray(labels) ? labels : [];
  const name = typeof first === "object" && first !== null && "name" in first ? first.name : first;
  return [account, label, name].find((text) => typeof text === "string" && text !== "") ?? "";
}
