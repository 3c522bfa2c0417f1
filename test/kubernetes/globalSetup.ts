import type { TestProject } from "vitest/node";
import { SharedCluster } from "../testbed/cluster/sharedCluster";
import { statedCluster } from "../testbed/cluster/tested";

/** One cluster for all files, each of which takes a namespace of its own in it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (statedCluster() !== undefined || project.getProvidedContext().missing !== "") return undefined;
  const shared = await SharedCluster.offer();
  return () => shared.stop();
}
