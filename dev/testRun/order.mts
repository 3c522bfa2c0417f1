import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, by their time when the whole suite runs. Quick files and files with stacks never meet. */
const LONG = [
  "runtime/lease/leaseMajority",
  "runtime/lease/lease",
  "engine/package",
  "cli/init",
  "runtime/turn",
  "runtime/lease/leaseAgentEnds",
  "runtime/diskGuard",
  "runtime/agent/readings",
  "engine/randomProvider",
  "engine/tlsProvider",
  "runtime/witness/witness",
  "components/NotaryNode",

  // Both files of recovery wait for much of their time, so they do not run beside each other.
  "hosts/recoveryDebian",
  "hosts/moving",
  "hosts/provisions",
  "containers/init",
  "containers/notary",
  "hosts/recoveryCurrent",
  "hosts/faults",
  "containers/interrupted",
  "containers/carefulChanges",
  "hosts/notarising",
  "hosts/manyHosts",
  "containers/dockerProvider",
  "hosts/fortyChains",
  "hosts/reach",
  "containers/utxos",
  "hosts/clients",
  "hosts/dockerProviderSshProcesses",
  "hosts/dockerProviderSsh",
  "containers/lease",
  "containers/upgrade",
  "containers/links",
  "containers/notaryToNode",
  "containers/dockerProviderHost",
  "containers/dockerProviderPod",
  "containers/operations",
  "containers/images",
  "containers/twoNotaries",

  "kubernetes/refusals",
  "kubernetes/provisions",
  "kubernetes/notary",
  "kubernetes/recovery",
  "kubernetes/outage",
  "kubernetes/reach",
  "kubernetes/operations",
  "kubernetes/providerWaiting",
  "kubernetes/upgrade",
  "kubernetes/clusterBroken",
  "kubernetes/bothPlatforms",
  "kubernetes/provider",
  "kubernetes/providerErrors",
  "kubernetes/leasePods",
  "kubernetes/cluster",
  "kubernetes/clusterPolicies",
];

/**
 * Runs the longest files first, because a long file at the end would run alone for minutes. The files that need a cluster
 * come last, because the cluster starts with the first of them and keeps a third of a core busy.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => place(a) - place(b));
  }
}

function place({ moduleId, project }: TestSpecification): number {
  const last = project.name === "kubernetes" ? 1000 : 0;
  const found = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return last + (found === -1 ? LONG.length : found);
}
