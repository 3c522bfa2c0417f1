import type { Volumes } from "../run";
import type { Cluster } from "./kubeconfig";
import { claimName } from "./names";
import { WORKLOAD } from "./policy";
import { ifAllowed } from "./preflight";

/** A PersistentVolumeClaim, which keeps a chain's data. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Looks for volumes: at all claims of the stack's namespace, and at the claims of workloads in all namespaces, if the
 * cluster's user may list them. Undefined if the user may not even list the claims of the stack's namespace.
 */
export async function findVolumes(
  { config, description }: Cluster,
  namespace: string,
): Promise<Volumes | undefined> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const core = config.makeApiClient(CoreV1Api);
  const [inside, anywhere] = await Promise.all([
    ifAllowed(core.listNamespacedPersistentVolumeClaim({ namespace })),
    ifAllowed(core.listPersistentVolumeClaimForAllNamespaces({ labelSelector: WORKLOAD })),
  ]);
  if (inside === undefined) return undefined;
  const claims = [...inside.items, ...(anywhere?.items ?? [])].flatMap(({ metadata }) => {
    const { namespace: where, name } = metadata ?? {};
    return where === undefined || name === undefined ? [] : [{ namespace: where, name }];
  });
  return volumesOf(claims, namespace, `namespace ${namespace} of ${description}`);
}

/**
 * The volumes that claims stand for.
 * @param namespace the namespace of the stack's own claims
 * @param place that namespace, for people
 */
export function volumesOf(claims: readonly Claim[], namespace: string, place: string): Volumes {
  const places = (workload: string) =>
    claims.filter(({ name }) => name === claimName(workload)).map((claim) => claim.namespace);
  return {
    place,
    isHere: (workload) => places(workload).includes(namespace),
    elsewhere: (workload) => places(workload).filter((where) => where !== namespace),
    advice: (others, ranBefore, { namespace: before }) => {
      const named = others.join(", ");
      if (!ranBefore) {
        return (
          `Volumes of these names are in namespace ${named}. If they are this stack's, from before it was renamed ` +
          "or moved, state that namespace as dokomodo:kubernetes.namespace, and they are used."
        );
      }
      const old =
        others.length > 0
          ? `in namespace ${named}`
          : typeof before === "string"
            ? `in namespace ${before} of the cluster where they ran before`
            : "where they ran before";
      return (
        `Their data stays ${old}. To move all the same, run pulumi destroy first, which keeps the data. Otherwise two ` +
        "Iguanas of one key would work at once until the old one is removed."
      );
    },
  };
}
