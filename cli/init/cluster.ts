import { isIPv4 } from "node:net";
import { readCluster } from "../../platforms/kubernetes/kubeconfig";
import type { Place, PlaceOptions } from "./place";

/** The name of the one host, which is one node of the cluster or all of them. */
const HOST = "cluster";

/**
 * The place of a stack in a cluster. The context is always written into the stack's file, because the current one of a
 * kubeconfig changes, and the next `up` would then go to another cluster. Nothing is asked of the cluster here.
 */
export async function clusterPlace(stack: string, options: PlaceOptions): Promise<Place> {
  const { kubeconfig, node, storageClass, address, publish = "none" } = options;
  if (address !== undefined && !isIPv4(address)) {
    throw new Error(`--address is ${address}; state an IPv4 address, as --address 203.0.113.7`);
  }
  const { config, description } = await readCluster({ kubeconfig, context: options.context });
  const context = config.getCurrentContext();
  const namespace = options.namespace ?? `dokomodo-${stack}`;
  const file = kubeconfig === undefined ? "" : ` --kubeconfig ${kubeconfig}`;
  const command = `kubectl${file} --context ${context} --namespace ${namespace}`;
  const nodes = node === undefined ? {} : { "kubernetes.io/hostname": node };
  return {
    description: `${description} (context ${context}, namespace ${namespace}, ${node === undefined ? "any node" : `node ${node}`})`,
    host: { name: HOST, nodes, address },
    cluster: {
      kubeconfig,
      context,
      namespace,
      storageClass,
      storage: Object.fromEntries((options.storage ?? []).map(sizeOf)),
      publish,
    },
    looks: (workload) => [`${command} get pods`, `${command} logs --follow ${workload}-0 --container daemon`],
  };
}

function sizeOf(text: string): [string, number] {
  const [, symbol, size] = /^([^=]+)=([1-9]\d*)$/.exec(text) ?? [];
  if (symbol !== undefined) return [symbol, Number(size)];
  throw new Error(`--storage is ${text}, and has to be a chain and its GiB, such as KMD=120`);
}
