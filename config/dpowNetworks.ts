import type { Problem } from "../input/problem";
import { checkShape } from "../input/shape";
import { YamlSource } from "../input/source";
import { type DpowNetwork, networksShape } from "./schema/network";

/** The dPoW networks of a file, keyed by name. */
export type DpowNetworks = Readonly<Record<string, DpowNetwork>>;

export interface LoadedNetworks {
  /** Absent if there are problems. */
  readonly networks?: DpowNetworks | undefined;
  /** All that is wrong in the file, with positions. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the text of a file of dPoW networks, such as notary/networks/season8.yaml.
 * @param file name of the file in messages
 */
export function loadNetworks(file: string, text: string): LoadedNetworks {
  const { source, problems } = YamlSource.parse(file, text);
  if (source === undefined) return { problems };
  const shaped = checkShape(source, networksShape);
  const all = [...problems, ...shaped.problems];
  return all.length > 0 ? { problems: all } : { networks: shaped.value, problems: all };
}
