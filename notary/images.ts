import { BACKUP_ROLE } from "./backup";
import { agentName, clientsName, daemonName, iguanaName } from "./names";
import { deployedChains, hasAgent, hasClients, hostsOf, witnessesOf } from "./placement";
import { needsOn } from "./provisions";
import type { Node, Notary } from "./types";

/** The images that a platform itself needs on every host. */
export interface PlatformImages {
  readonly proxy: string;
  readonly restarter?: string | undefined;
}

type Imaged = Pick<Node, "name" | "chains" | "host" | "clients" | "agentImage"> &
  Partial<Pick<Notary, "lease" | "iguana">>;

type Use = readonly [what: string, image: string | undefined];

/** The images that a node needs on one host, sorted, each with the containers or workloads that it is for. */
export function imagesOn(host: string, node: Imaged, platform: PlatformImages): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (!hostsOf(node).includes(host)) return found;
  const { name, iguana, agentImage } = node;
  const daemons = deployedChains(node).filter((chain) => chain.host === host);
  const isOwn = node.host === host;
  const hasIguana = isOwn && iguana !== undefined;
  const { downloads, volumes } = needsOn(host, [node]);
  const hasNeeds = downloads.length + volumes.length > 0;
  const uses: Use[] = [
    ...daemons.map(({ chain, daemon }): Use => [daemonName(name, chain.symbol), daemon.image]),
    [BACKUP_ROLE, daemons.find(({ daemon }) => daemon.backup !== undefined)?.daemon.backup?.image],
    [iguanaName(name), hasIguana ? iguana.image : undefined],
    ["agent", hasIguana || witnessesOf(node).includes(host) ? agentImage : undefined],
    ["provision", hasNeeds ? agentImage : undefined],
    [agentName(name), isOwn && hasAgent(node) ? agentImage : undefined],
    [clientsName(name), isOwn && hasClients(node) ? agentImage : undefined],
    ["proxy", platform.proxy],
    ["restarter", platform.restarter],
  ];
  for (const [what, image] of uses) {
    if (image !== undefined) found.set(image, [...(found.get(image) ?? []), what]);
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The images that several nodes need on one host, each with the containers or workloads that it is for. */
export function imagesOfAll(
  host: string,
  nodes: readonly Imaged[],
  platform: PlatformImages,
): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const node of nodes) {
    for (const [image, uses] of imagesOn(host, node, platform)) {
      all.set(image, [...new Set([...(all.get(image) ?? []), ...uses])]);
    }
  }
  return all;
}
