import { readdir, readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { clearPool } from "../hosts/clear";
import { endProcesses } from "../hosts/processes";
import { restoreKernelSettings } from "./kernelSettings";
import { type ClusterPool, filesOf } from "./pool";

/** Paths that containerd, the kubelet and the CNI library use. None of them has a setting for its path. */
const SHIMS = "io.containerd.runtime.v2.task/k8s.io";
const LOG_LINKS = "/var/log/containers";
const CNI_RESULTS = "/var/lib/cni/results";

/**
 * Removes all that there is of a cluster: processes, mounts, the network, cgroups and files. It searches the machine for
 * these, so it also removes what a killed process has left.
 */
export async function clearCluster(pool: ClusterPool): Promise<void> {
  await endProcesses(pool);
  for (const path of await filesElsewhere(pool)) await rm(path, { force: true });
  await clearPool(pool);
  await restoreKernelSettings(pool);
}

/** Files of the cluster's programs that are outside of its folder. */
export async function filesElsewhere(pool: ClusterPool): Promise<string[]> {
  return [...(await shimSockets(pool)), ...(await logLinks(pool)), ...(await cniResults(pool))];
}

async function shimSockets(pool: ClusterPool): Promise<string[]> {
  const tasks = join(filesOf(pool).state, SHIMS);
  const containers = await readdir(tasks).catch(() => []);
  const addresses = await Promise.all(
    containers.map((name) => readFile(join(tasks, name, "address"), "utf8").catch(() => "")),
  );
  return addresses
    .filter((address) => address.startsWith("unix:///"))
    .map((address) => address.slice("unix://".length));
}

async function logLinks({ folder }: ClusterPool): Promise<string[]> {
  const links = (await readdir(LOG_LINKS).catch(() => [])).map((name) => join(LOG_LINKS, name));
  const targets = await Promise.all(links.map((link) => readlink(link).catch(() => "")));
  return links.filter((_, index) => targets[index]?.startsWith(`${folder}/`));
}

async function cniResults({ prefix }: ClusterPool): Promise<string[]> {
  const names = await readdir(CNI_RESULTS).catch(() => []);
  return names.filter((name) => name.startsWith(`${prefix}-`)).map((name) => join(CNI_RESULTS, name));
}
