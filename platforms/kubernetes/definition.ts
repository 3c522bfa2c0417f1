import { definePlatform } from "../definition";
import { clusterBeside } from "./besides";
import { kubernetesMemory } from "./memory";
import { claimName, kubernetesNames, SEGMENT } from "./names";
import { readKubernetesStep } from "./plannedSteps";
import { kubernetesPorts } from "./ports";
import { kubernetesRules } from "./rules";
import { CLUSTER_KEY, kubernetesHostSchema, kubernetesSettings, namespaceOf } from "./settings";

/** A namespace of a Kubernetes cluster. */
export const kubernetes = definePlatform({
  name: "kubernetes",
  plugins: ["kubernetes"],
  host: kubernetesHostSchema,
  settings: kubernetesSettings,
  readStep: readKubernetesStep,
  besides: clusterBeside,
  // A person may have put the text of a kubeconfig, which holds keys, in the place of its path.
  hidden: [[CLUSTER_KEY, "kubeconfig"]],
  share: (hosts, { [CLUSTER_KEY]: cluster }) => {
    const names = new Set(hosts.map(({ name }) => name));
    const isReachable = cluster.publish !== "none";
    return {
      hosts: [...names],
      lessor: "platform",
      hasDirectories: false,
      hasEmptyHomes: true,
      isReachable,
      segmentOf: () => SEGMENT,
      storageGiB: (volume) => cluster.storage[volume],
      sizePath: (volume) => [CLUSTER_KEY, "storage", volume],
      volumeOf: ({ stack, name }) => `claim ${claimName(name)} in namespace ${namespaceOf(cluster, stack)}`,
      rules: (context) => kubernetesRules(names, cluster, context),
      names: (network) => kubernetesNames(network, names, isReachable),
      ports: (network) => kubernetesPorts(network, names, cluster.publish),
      hasRestarter: false,
      memory: kubernetesMemory(isReachable),
      open: async (args) => {
        const { KubernetesRun } = await import("./KubernetesRun.ts");
        return new KubernetesRun(hosts, cluster, args);
      },
      operations: async (args) => {
        const { KubernetesOperations } = await import("./operations/KubernetesOperations.ts");
        return new KubernetesOperations(hosts, cluster, args);
      },
      remains: async (stackName) => {
        const { NamespaceRemains } = await import("./NamespaceRemains.ts");
        return new NamespaceRemains(cluster, namespaceOf(cluster, stackName), stackName);
      },
      checks: [],
    };
  },
});
