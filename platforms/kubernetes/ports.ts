import { hostsCalled, linksTo, type NetworkPlan } from "../../notary/networkPlan";
import type { PortClaim } from "../definition";
import type { ClusterSettings } from "./settings";

type Publish = ClusterSettings["publish"];

const EVERYWHERE = "every node of the cluster";
const ONE_HOST =
  "put what is called from outside of the cluster on one of its hosts, or publish by hostPort or LoadBalancer";

/** Ports of nodes that a network takes. A LoadBalancer gives each Service an address of its own. */
export function kubernetesPorts(
  network: NetworkPlan,
  hosts: ReadonlySet<string>,
  publish: Publish,
): PortClaim[] {
  if (publish !== "hostPort" && publish !== "NodePort") return [];
  // A NodePort is open at every node, whichever the pod is on.
  const place = (host: string) => (publish === "NodePort" ? EVERYWHERE : `host ${host}`);
  const published = network.workloads
    .filter(({ host }) => hosts.has(host))
    .flatMap(({ host, published }) => published.map((port) => ({ place: place(host), ...port })));
  const called = hostsCalled(network).filter((host) => hosts.has(host));
  const links = called.map((host, index) => ({
    place: place(host),
    port: network.link.port,
    what: linksTo(host, network),
    remedy: index > 0 && publish === "NodePort" ? ONE_HOST : network.link.remedy,
  }));
  return [...published, ...links];
}
