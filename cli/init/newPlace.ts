import { Option } from "commander";
import { DEFAULT_SIZE_GIB } from "../../platforms/kubernetes/settings";
import { clusterPlace } from "./cluster";
import { dockerPlace } from "./host";
import type { Place, PlaceOptions } from "./place";

/** The options of the command that say where a stack runs. In brackets is what counts without the option. */
export function placeOptions(): Option[] {
  return [
    new Option("--platform <platform>", "where it runs").choices(["docker", "kubernetes"]).default("docker"),
    new Option(
      "--host <url>",
      "the Docker Engine: unix:///path of its socket, or ssh://user@host (this machine's)",
    ),
    new Option(
      "--address <ipv4>",
      "the host's address for others (the one in ssh://, or this machine's own)",
    ),
    new Option("--context <name>", "in a cluster: the context of the kubeconfig (the current one)"),
    new Option("--kubeconfig <file>", "in a cluster: the kubeconfig ($KUBECONFIG, or else ~/.kube/config)"),
    new Option("--namespace <name>", "in a cluster: the namespace, which is made (dokomodo-<stack>)"),
    new Option("--node <name>", "in a cluster: the node that everything runs on (any node)"),
    new Option(
      "--storage-class <name>",
      "in a cluster: the class of the chains' volumes (the default class)",
    ),
    new Option(
      "--storage <chain=GiB...>",
      `in a cluster: the sizes of chains' volumes, such as KMD=120 (${DEFAULT_SIZE_GIB} each)`,
    ),
    new Option("--publish <how>", "in a cluster: how peers and clients reach the pods (none)").choices([
      "none",
      "hostPort",
      "LoadBalancer",
    ]),
  ];
}

/** Options that count on one platform only, by their names as options. */
const OWN_OPTIONS = {
  docker: { host: "--host" },
  kubernetes: {
    kubeconfig: "--kubeconfig",
    context: "--context",
    namespace: "--namespace",
    node: "--node",
    storageClass: "--storage-class",
    storage: "--storage",
    publish: "--publish",
  },
} as const;

/** Finds out where a stack is to run. Throws if that is not known, or if an option belongs to the other platform. */
export async function newPlace(stack: string, options: PlaceOptions): Promise<Place> {
  const other = options.platform === "docker" ? "kubernetes" : "docker";
  const foreign = Object.entries(OWN_OPTIONS[other]).filter(([key]) => Object(options)[key] !== undefined);
  if (foreign.length > 0) {
    const names = foreign.map(([, option]) => option).join(", ");
    throw new Error(
      other === "kubernetes"
        ? `${names} is for a cluster; add --platform kubernetes, or leave it out`
        : `${names} is for a Docker host; leave it out, or leave --platform kubernetes out`,
    );
  }
  if (options.platform === "docker") return dockerPlace(options);
  return clusterPlace(stack, options);
}
