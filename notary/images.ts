import type { Input } from "@pulumi/pulumi";
import { type NotaryNodeArgs, workloadName } from "../components/NotaryNode";
import { deployedChains, hostsOf } from "./placement";

/** What a platform brings along on every host. */
export interface PlatformImages {
  readonly proxy: string;
  readonly restarter?: string;
}

type Placed = Pick<NotaryNodeArgs, "chains" | "host" | "witnesses" | "iguana" | "agentImage"> & {
  readonly name: string;
};

type Use = readonly [what: string, image: Input<string> | undefined];

/**
 * The images that a notary's workloads on one host need, each with what it is for, sorted. An image that only the engine
 * will know is left out.
 */
export function imagesOn(host: string, notary: Placed, platform: PlatformImages): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (!hostsOf(notary).includes(host)) return found;
  const { name, iguana, agentImage, witnesses } = notary;
  const daemons = deployedChains(notary).filter((chain) => chain.host === host);
  const hasIguana = notary.host === host;
  const uses: Use[] = [
    ...daemons.map(({ chain, daemon }): Use => [workloadName(name, chain.symbol), daemon.image]),
    [`${name}-iguana`, hasIguana ? iguana.image : undefined],
    ["agent", hasIguana || witnesses.includes(host) ? agentImage : undefined],
    ["proxy", platform.proxy],
    ["restarter", platform.restarter],
  ];
  for (const [what, image] of uses) {
    if (typeof image === "string") found.set(image, [...(found.get(image) ?? []), what]);
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The same of several notaries together. */
export function imagesOfAll(
  host: string,
  notaries: readonly Placed[],
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
