import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "../config/load";
import { findClaims } from "../platforms/kubernetes/claims";
import { readCluster } from "../platforms/kubernetes/kubeconfig";
import { hostsOfCluster, namespaceOf } from "../platforms/kubernetes/stack";
import type { LastRun } from "./lastRun";
import { type EmptyVolumes, findEmptyVolumes, findMoves } from "./moves";

/**
 * Warns of every chain that starts with an empty volume though it had another, because the plan says nothing of the days
 * that filling it takes. The cluster has been found to answer.
 */
export async function reportMoves(stack: Stack, stackName: string, lastRun: LastRun): Promise<void> {
  for (const { notary, symbol, from, to } of findMoves(stack, lastRun.notaries)) {
    await pulumi.log.warn(
      `${symbol} of notary ${notary} moves from ${from} to ${to}: it starts with an empty volume there and syncs the ` +
        `whole chain again. Its data stays on ${from}, in the volume that it had.`,
    );
  }
  if (Object.keys(hostsOfCluster(stack)).length === 0) return;
  const cluster = await readCluster(stack.kubernetes);
  const namespace = namespaceOf(stack, stackName);
  const claims = await findClaims(cluster, namespace);
  if (claims === undefined) return;
  for (const empty of findEmptyVolumes(stack, lastRun.notaries, namespace, claims)) {
    const place = `namespace ${namespace} of ${cluster.description}`;
    await pulumi.log.warn(describeEmpty(empty, place, lastRun.namespace));
  }
}

function describeEmpty(
  { notary, symbols, ranBefore, elsewhere }: EmptyVolumes,
  place: string,
  namespaceBefore: string | undefined,
): string {
  const start =
    `${symbols.join(", ")} of notary ${notary}: no volume in ${place}, so each starts with an empty one there and syncs ` +
    "the whole chain again.";
  const others = elsewhere.join(", ");
  if (!ranBefore) {
    return (
      `${start} Volumes of these names are in namespace ${others}. If they are this stack's, from before it was renamed ` +
      "or moved, state that namespace as dokomodo:kubernetes.namespace, and they are used."
    );
  }
  const old =
    elsewhere.length > 0
      ? `in namespace ${others}`
      : namespaceBefore === undefined
        ? "where they ran before"
        : `in namespace ${namespaceBefore} of the cluster where they ran before`;
  return (
    `${start} Their data stays ${old}. To move all the same, run pulumi destroy first, which keeps it: two Iguanas of ` +
    "one key would work at once until the old one is removed."
  );
}
