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

  // Files of the three kinds of stacks take turns, so that they wait for different things: the two files of recovery for
  // leases, Kubernetes for its own delays. No kind then has all places, and one Docker Engine seldom has three files.
  // A crowd of strangers in hosts/reach measures how long calls take, so it runs beside files that wait.
  "hosts/recoveryDebian",
  "hosts/reach",
  "kubernetes/provisions",
  "containers/notary",
  "kubernetes/plans",
  "containers/backup",
  "hosts/plans",
  "kubernetes/backup",
  "containers/backupScript",
  "hosts/manyHosts",
  "kubernetes/refusals",
  "hosts/moving",
  "hosts/recoveryCurrent",
  "containers/init",
  "kubernetes/notary",
  "hosts/provisions",
  "kubernetes/recovery",
  "containers/interrupted",
  "hosts/notarising",
  "kubernetes/outage",
  "containers/carefulChanges",
  "hosts/faults",
  "kubernetes/reach",
  "hosts/fortyChains",
  "containers/utxos",
  "kubernetes/operations",
  "containers/dockerProvider",
  "kubernetes/providerWaiting",
  "hosts/clients",
  "kubernetes/upgrade",
  "containers/lease",
  "hosts/dockerProviderSshProcesses",
  "kubernetes/providerErrors",
  "hosts/dockerProviderSsh",
  "kubernetes/bothPlatforms",
  "containers/links",
  "kubernetes/provider",
  "containers/notaryToNode",
  "kubernetes/clusterBroken",
  "containers/upgrade",
  "containers/operations",
  "kubernetes/leasePods",
  "containers/images",
  "hosts/hosts",
  "kubernetes/cluster",
  "containers/twoNotaries",
  "kubernetes/clusterPolicies",
  "containers/dockerProviderPod",
  "hosts/operations",
];

/** Runs the longest files first, because a long file at the end would run alone for minutes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => place(a) - place(b));
  }
}

function place({ moduleId }: TestSpecification): number {
  const found = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return found === -1 ? LONG.length : found;
}
