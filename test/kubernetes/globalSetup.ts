import type { TestProject } from "vitest/node";
import { SharedCluster } from "../../dev/standIns/cluster/sharedCluster";
import { statedCluster } from "../../dev/standIns/cluster/tested";

/** Offers one cluster to all files. Each file uses its own namespaces in it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (statedCluster() !== undefined || project.getProvidedContext().missing !== "") return undefined;
  const shared = await SharedCluster.offer();
  return () => shared.stop();
}
