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

  "hosts/recoveryDebian",
  "hosts/recoveryCurrent",
  "hosts/manyHosts",
  "containers/interrupted",
  "hosts/fortyChains",
  "hosts/notarising",
  "containers/utxos",
  "hosts/faults",
  "hosts/moving",
  "containers/carefulChanges",
  "hosts/reach",
  "hosts/provisions",
  "containers/notary",
  "containers/operations",
  "containers/dockerProvider",
  "containers/init",
  "hosts/dockerProviderSshProcesses",
  "containers/links",

  "kubernetes/refusals",
  "kubernetes/recovery",
  "kubernetes/notary",
  "kubernetes/operations",
  "kubernetes/outage",
  "kubernetes/reach",
  "kubernetes/providerWaiting",
  "kubernetes/provisions",
  "kubernetes/upgrade",
  "kubernetes/bothPlatforms",
  "kubernetes/provider",
  "kubernetes/clusterBroken",
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
