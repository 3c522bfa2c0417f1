/**
 * The wallet's label of the key's address says what is known about the blocks before the key was imported. The label
 * lives as long as the key does.
 */
export const RESCANNED = "dokomodo: rescanned";
const UNSEEN = "dokomodo: not rescanned before height ";

/** The label of a key that was imported at this height without a rescan of the blocks before it. */
export function unseenLabel(height: number): string {
  return `${UNSEEN}${height}`;
}

/** The height before which the wallet has not looked at blocks; undefined where the label does not say so. */
export function unseenBefore(label: string): number | undefined {
  const height = label.startsWith(UNSEEN) ? Number(label.slice(UNSEEN.length)) : Number.NaN;
  return Number.isSafeInteger(height) ? height : undefined;
}

/**
 * The label in an answer of validateaddress or getaddressinfo; empty where there is none. Old daemons have it in
 * `account`, newer ones in `label`, the newest in `labels`, a list of names or of objects with a name.
 */
export function labelOf({ account, label, labels }: Readonly<Record<string, unknown>>): string {
  const [first] = Array.isArray(labels) ? labels : [];
  const name = typeof first === "object" && first !== null && "name" in first ? first.name : first;
  return [account, label, name].find((text) => typeof text === "string" && text !== "") ?? "";
}
