import type { Cluster } from "./kubeconfig";
import { DATA_VOLUME } from "./pod";
import { WORKLOAD } from "./policy";
import { ifAllowed } from "./preflight";

/** A PersistentVolumeClaim, which keeps a chain's data. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
}

/** Name of the claim of a workload's only pod. */
export function claimName(workload: string): string {
  return `${DATA_VOLUME}-${workload}-0`;
}

/**
 * All claims of a namespace, and those of workloads in any other that the cluster's user may look into; undefined where
 * that is not even the first.
 */
export async function findClaims({ config }: Cluster, namespace: string): Promise<Claim[] | undefined> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const core = config.makeApiClient(CoreV1Api);
  const [inside, anywhere] = await Promise.all([
    ifAllowed(core.listNamespacedPersistentVolumeClaim({ namespace })),
    ifAllowed(core.listPersistentVolumeClaimForAllNamespaces({ labelSelector: WORKLOAD })),
  ]);
  if (inside === undefined) return undefined;
  return [...inside.items, ...(anywhere?.items ?? [])].flatMap(({ metadata }) => {
    const { namespace: where, name } = metadata ?? {};
    return where === undefined || name === undefined ? [] : [{ namespace: where, name }];
  });
}
