import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take minutes, the longest first; what is not here takes less. */
const LONG = [
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
  "hosts/notaryCurrent",
  "kubernetes/providerWaiting",
  "kubernetes/bothPlatforms",
  "kubernetes/reach",
  "containers/notary",
  "kubernetes/upgrade",
];

/**
 * Begins with what takes longest, or the last file would run alone for minutes; a cluster's files come last of all, because
 * it runs from the first of them on and keeps a third of a core busy.
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
