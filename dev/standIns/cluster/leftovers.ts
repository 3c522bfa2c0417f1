import { leftoversIn } from "../hosts/leftovers";
import { filesElsewhere } from "./clear";
import { clusterPoolOf } from "./pool";

/** What there is of a pool's cluster on the machine, in words; nothing once it has been ended. */
export async function leftoversOfCluster(number: number): Promise<string[]> {
  const pool = clusterPoolOf(number);
  return [...(await leftoversIn(pool)), ...(await filesElsewhere(pool)).map((path) => `file ${path}`)];
}
