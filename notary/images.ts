import { daemonName, iguanaName } from "./names";
import { deployedChains, hostsOf, witnessesOf } from "./placement";
import type { Notary } from "./types";

/** The images that a platform itself needs on every host. */
export interface PlatformImages {
  readonly proxy: string;
  readonly restarter?: string | undefined;
}

type Imaged = Pick<Notary, "name" | "chains" | "host" | "lease" | "iguana" | "agentImage">;

type Use = readonly [what: string, image: string | undefined];

/** The images that a notary needs on one host, sorted, each with the containers or workloads that it is for. */
export function imagesOn(host: string, notary: Imaged, platform: PlatformImages): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (!hostsOf(notary).includes(host)) return found;
  const { name, iguana, agentImage } = notary;
  const daemons = deployedChains(notary).filter((chain) => chain.host === host);
  const hasIguana = notary.host === host;
  const uses: Use[] = [
    ...daemons.map(({ chain, daemon }): Use => [daemonName(name, chain.symbol), daemon.image]),
    [iguanaName(name), hasIguana ? iguana.image : undefined],
    ["agent", hasIguana || witnessesOf(notary).includes(host) ? agentImage : undefined],
    ["proxy", platform.proxy],
    ["restarter", platform.restarter],
  ];
  for (const [what, image] of uses) {
    if (image !== undefined) found.set(image, [...(found.get(image) ?? []), what]);
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The images that several notaries need on one host, each with the containers or workloads that it is for. */
export function imagesOfAll(
  host: string,
  notaries: readonly Imaged[],
  platform: PlatformImages,
): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const notary of notaries) {
    for (const [image, uses] of imagesOn(host, notary, platform)) {
      all.set(image, [...new Set([...(all.get(image) ?? []), ...uses])]);
    }
  }
  return all;
}
