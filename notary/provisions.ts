import { type Bootstrap, directoryInVolume } from "../chains/chain";
import type { Download } from "../chains/daemons";
import { daemonName } from "./names";
import { deployedChains } from "./placement";
import type { Node } from "./types";

/** A chain's volume that is filled before its daemon starts for the first time. */
export interface VolumeToFill extends Bootstrap {
  /** Name of the chain's workload. */
  readonly workload: string;
  /** `uid` or `uid:gid` of the daemon. */
  readonly user: string;
  /** Where the data belongs, relative to the volume; empty for the volume itself. */
  readonly directory: string;
}

/** What the daemons of a host need before they start. */
export interface HostNeeds {
  /** Each file once. */
  readonly downloads: readonly Download[];
  readonly volumes: readonly VolumeToFill[];
}

type Needing = Pick<Node, "name" | "chains">;

/** What the daemons of all nodes need on one host. */
export function needsOn(host: string, nodes: readonly Needing[]): HostNeeds {
  const here = nodes.flatMap((node) =>
    deployedChains(node)
      .filter((chain) => chain.host === host)
      .map((chain) => ({ ...chain, workload: daemonName(node.name, chain.chain.symbol) })),
  );
  const downloads = new Map<string, Download>();
  for (const { daemon } of here) {
    for (const download of daemon.downloads ?? []) downloads.set(download.sha256, download);
  }
  const volumes = here.flatMap(({ workload, chain, daemon }): VolumeToFill[] => {
    const { bootstrap } = chain;
    if (bootstrap === undefined) return [];
    return [{ ...bootstrap, workload, user: daemon.user, directory: directoryInVolume(chain) }];
  });
  return { downloads: [...downloads.values()], volumes };
}
