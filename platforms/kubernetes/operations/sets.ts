import type { CoreV1Event, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import type { NetworkPlan } from "../../../notary/networkPlan";
import type { Ownership } from "../../Ownership";
import { STACK_LABEL } from "../../stackLabel";
import type { Cluster } from "../kubeconfig";
import { gatewayName } from "../names";
import { ifAllowed, withinSeconds } from "../preflight";

/** A StatefulSet that a stack may have. Its name is that of its workload. */
export interface PlannedSet {
  readonly workload: string;
  readonly host: string;
}

/** The sets that networks may have on hosts. A gateway is among them, though not every host has one. */
export function plannedSets(networks: readonly NetworkPlan[], hosts: ReadonlySet<string>): PlannedSet[] {
  return networks
    .flatMap(({ name, workloads, hosts: own }) => [
      ...workloads.map((workload) => ({ workload: workload.name, host: workload.host })),
      ...own.map((host) => ({ workload: gatewayName(name, host), host })),
    ])
    .filter(({ host }) => hosts.has(host));
}

/** A set of the stack that is there. */
export interface FoundSet extends PlannedSet {
  readonly set: V1StatefulSet;
  /** Its only pod, which may be about to end. */
  readonly pod?: V1Pod | undefined;
  /** Events of the set, the pod and its claim. */
  readonly events: readonly CoreV1Event[];
}

/**
 * What is there of the planned sets in a namespace. A set of another stack is not, whatever its name is. The cluster has to
 * answer within `seconds`.
 */
export async function findSets(
  { config }: Cluster,
  namespace: string,
  planned: readonly PlannedSet[],
  { ownership, seconds }: { readonly ownership: Ownership; readonly seconds: number },
): Promise<FoundSet[]> {
  const { AppsV1Api, CoreV1Api } = await import("@kubernetes/client-node");
  const core = config.makeApiClient(CoreV1Api);
  const own = { namespace, labelSelector: STACK_LABEL };
  const lists = Promise.all([
    config.makeApiClient(AppsV1Api).listNamespacedStatefulSet(own),
    core.listNamespacedPod(own),
    ifAllowed(core.listNamespacedEvent({ namespace })),
  ]);
  const [sets, pods, events] = await withinSeconds(seconds, lists);
  const found = planned.map(async (each): Promise<FoundSet[]> => {
    const { workload } = each;
    const set = sets.items.find(({ metadata }) => metadata?.name === workload);
    if (set === undefined || !(await ownership.isOwn(set.metadata?.labels?.[STACK_LABEL]))) return [];
    const concerned = [workload, podName(workload), `data-${podName(workload)}`];
    return [
      {
        ...each,
        set,
        pod: pods.items.find(({ metadata }) => metadata?.name === podName(workload)),
        events: (events?.items ?? []).filter(({ involvedObject }) =>
          concerned.includes(involvedObject.name ?? ""),
        ),
      },
    ];
  });
  return (await Promise.all(found)).flat();
}

/** Name of a workload's only pod. */
export function podName(workload: string): string {
  return `${workload}-0`;
}

/** The containers of a set that go on running: the first one, those beside it, and its sidecars. */
export function containersOf({
  spec,
}: V1StatefulSet): { readonly name: string; readonly isFirst: boolean }[] {
  const { containers = [], initContainers = [] } = spec?.template.spec ?? {};
  return [
    ...containers.map(({ name }, index) => ({ name, isFirst: index === 0 })),
    ...initContainers
      .filter(({ restartPolicy }) => restartPolicy === "Always")
      .map(({ name }) => ({ name, isFirst: false })),
  ];
}
