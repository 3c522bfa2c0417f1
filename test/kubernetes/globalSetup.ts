import { TestCluster } from "../testbed/cluster/cluster";
import { statedCluster, TEST_POOL } from "../testbed/cluster/tested";

/** One cluster for all files, each of which takes a namespace of its own in it. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (statedCluster() !== undefined) return undefined;
  const cluster = await TestCluster.start({ pool: TEST_POOL });
  await cluster.loadDevelopmentImages();
  return () => cluster.stop();
}
