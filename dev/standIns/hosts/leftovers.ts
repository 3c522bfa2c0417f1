import { exists } from "../../toolchain/cache";
import { mountsIn } from "./clear";
import { hasLinkOutside, namespacesOf } from "./network";
import { type Pool, poolOf } from "./pool";
import { processesOf } from "./processes";
import { run } from "./run";

/** Describes all that a pool's hosts have left on the machine. The list is empty after the hosts were ended. */
export async function leftoversOf(number: number): Promise<string[]> {
  return leftoversIn(poolOf(number));
}

/** Does the same for anything that uses a pool, such as a test cluster. */
export async function leftoversIn(pool: Pool): Promise<string[]> {
  const lines = (text: string) => text.split("\n").filter((line) => line !== "");
  const cgroups = await run("find", "/sys/fs/cgroup", "-maxdepth", "2", "-name", pool.prefix);
  const routes = lines(await run("ip", "route", "show", "table", "all"));
  return [
    ...(await processesOf(pool)).map((pid) => `process ${pid}`),
    ...(await namespacesOf(pool)).map((name) => `namespace ${name}`),
    ...((await hasLinkOutside(pool)) ? [`link ${pool.prefix}`] : []),
    ...routes.filter((route) => route.includes(` dev ${pool.prefix} `)).map((route) => `route ${route}`),
    ...(await mountsIn(pool.folder)).map((path) => `mount ${path}`),
    ...lines(cgroups).map((path) => `cgroup ${path}`),
    ...((await exists(pool.folder)) ? [`folder ${pool.folder}`] : []),
  ];
}
