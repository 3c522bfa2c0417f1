import { leftoversIn } from "../hosts/leftovers";
import { filesElsewhere } from "./clear";
import { clusterPoolOf } from "./pool";

/** Describes all that a pool's cluster has left on the machine. The list is empty after the cluster was ended. */
export async function leftoversOfCluster(number: number): Promise<string[]> {
  const pool = clusterPoolOf(number);
  return [...(await leftoversIn(pool)), ...(await filesElsewhere(pool)).map((path) => `file ${path}`)];
}
