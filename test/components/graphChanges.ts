import { readFileSync } from "node:fs";
import { loadChainList } from "../../chains/list/chainList";
import type { RecordedResource } from "./recordGraph";

/** Short names, such as `Secret east-beer`, of what was there before and is not the same afterwards, sorted. */
export function changedResources(
  before: readonly RecordedResource[],
  after: readonly RecordedResource[],
): string[] {
  const now = new Map(after.map((resource) => [identity(resource), JSON.stringify(resource)]));
  return before
    .filter((resource) => now.get(identity(resource)) !== JSON.stringify(resource))
    .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
    .sort();
}

function identity({ type, name }: RecordedResource): string {
  return `${type} ${name}`;
}

/** Symbols of assetchains whose ports do not meet those of another. */
export function assetchains(): string[] {
  const { chainList } = loadChainList("assetchains.yaml", readFileSync("assetchains.yaml", "utf8"));
  return (
    chainList?.sets.get("march2018")?.filter((symbol) => !["KMD", "LTC", "BTC", "CHIPS"].includes(symbol)) ??
    []
  );
}
