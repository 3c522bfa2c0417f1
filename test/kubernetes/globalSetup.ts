import type { TestProject } from "vitest/node";
import { TestCluster } from "../testbed/cluster/cluster";
import { statedCluster, TEST_POOL } from "../testbed/cluster/tested";

/**
 * One cluster for all files, each of which takes a namespace of its own in it. When it does not start, its tests fail
 * with the reason (test/missing.ts); an error here would end the run of all tests.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (statedCluster() !== undefined || project.getProvidedContext().missing !== "") return undefined;
  try {
    const cluster = await startCluster();
    return () => cluster.stop();
  } catch (error) {
    const reasons = [
      "The cluster that these tests run on did not start. To try it alone: npm run cluster -- up",
    ];
    project.provide("missing", [...reasons, ...reasonsOf(error)].join("\n"));
    return undefined;
  }
}

async function startCluster(): Promise<TestCluster> {
  const cluster = await TestCluster.start({ pool: TEST_POOL });
  try {
    await cluster.loadDevelopmentImages();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** An error's message, and those of what led to it. */
function reasonsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : reasonsOf(error.cause))];
}
