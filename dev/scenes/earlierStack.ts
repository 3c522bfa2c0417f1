import { container } from "../standIns/providers/docker/container";
import { openEngine } from "../standIns/providers/docker/engine";
import { network } from "../standIns/providers/docker/network";
import { volume } from "../standIns/providers/docker/volume";
import { configure } from "../standIns/providers/kubernetes/configuration";
import { kinds } from "../standIns/providers/kubernetes/kinds";
import { resource } from "../standIns/providers/kubernetes/resource";
import { ClusterStack, withImagesOf } from "./clusterStack";
import { makeAgain, readEarlier } from "./earlierState";
import { TestStack } from "./TestStack";

/** Replaced at once by the passphrase in the kept config. */
const PASSPHRASE = "its passphrase is in the config that it left";

/** In a kept config and state, this text stands for the path of the cluster's kubeconfig. */
const KUBECONFIG = "<kubeconfig>";

/** Brings a stack to the state in which an earlier release left it on the local Docker Engine, with its containers. */
export async function bringUpEarlier(release: string, notary: string, listen: string): Promise<TestStack> {
  const stack = await TestStack.create(notary, PASSPHRASE, listen);
  const { config, state } = readEarlier(release, "docker");
  stack.editConfig(() => config);
  const session = openEngine({ host: "unix:///var/run/docker.sock" });
  await importState(stack, await makeAgain(state, [network, volume, container], session));
  return stack;
}

/**
 * Brings a stack to the state in which an earlier release left it in a cluster, with its objects. The kept state has no
 * outputs of these objects, because uids and versions are different in every cluster.
 */
export async function bringUpEarlierInCluster(release: string, notary: string): Promise<ClusterStack> {
  const it = await ClusterStack.create(notary, PASSPHRASE);
  const here = (text: string) => withImagesOf(it.cluster, text).replaceAll(KUBECONFIG, it.cluster.kubeconfig);
  const { config, state } = readEarlier(release, "kubernetes");
  it.stack.editConfig(() => here(config));
  const session = configure({ kubeconfig: it.cluster.kubeconfig });
  await importState(it.stack, await makeAgain(here(state), kinds.map(resource), session));
  return it;
}

async function importState(stack: TestStack, state: string): Promise<void> {
  stack.writeFile("state.json", state);
  await stack.must("stack", "import", "--file", "state.json", "--stack", "test");
}
