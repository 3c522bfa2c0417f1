import type { Change } from "../../input/edit/editYaml";
import type { Notary } from "../../notary/types";
import { findNode, placedChains, type StackFiles } from "../edit/stackFiles";

/**
 * The notary's host, and a place for each chain that had none, because it would go along. An address that is the old
 * host's is left out, so that the new host's counts.
 */
export function elsewhere(files: StackFiles, notary: Notary, to: string): Change[] {
  const entry = findNode(files, notary.name);
  const staying = placedChains(files).filter(({ node, host, index, symbol }) => {
    const isStated = typeof entry.chains[index] !== "string" || symbol in entry.placement;
    return node === notary.name && host !== undefined && !isStated;
  });
  const placement = {
    ...entry.placement,
    ...Object.fromEntries(staying.map(({ symbol }) => [symbol, notary.host])),
  };
  const oldAddress = files.stack.hosts.find(({ name }) => name === notary.host)?.["address"];
  const isOld = entry["address"] !== undefined && entry["address"] === oldAddress;
  return [
    { kind: "set", path: [...entry.path, "host"], value: to },
    ...(isOld ? [{ kind: "remove", path: [...entry.path, "address"] } as const] : []),
    ...(staying.length === 0
      ? []
      : [{ kind: "set", path: [...entry.path, "placement"], value: placement } as const]),
  ];
}
