import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take minutes, the longest first. */
const LONG = [
  "runtime/lease/lease",
  "runtime/lease/leaseMajority",
  "hosts/recoveryDebian",
  "hosts/recoveryCurrent",
  "containers/interrupted",
  "hosts/manyHosts",
  "kubernetes/refusals",
  "hosts/fortyChains",
  "kubernetes/notary",
  "kubernetes/recovery",
  "hosts/dockerProviderSshProcesses",
  "kubernetes/outage",
  "hosts/reach",
  "kubernetes/providerWaiting",
  "kubernetes/bothPlatforms",
  "kubernetes/reach",
  "containers/notary",
  "kubernetes/upgrade",
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
