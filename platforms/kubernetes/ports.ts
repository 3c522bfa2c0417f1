import { linksTo, type NetworkPlan } from "../../notary/networkPlan";
import type { PortClaim } from "../definition";
import type { ClusterSettings } from "./settings";

type Publish = ClusterSettings["publish"];

const EVERYWHERE = "every node of the cluster";
const ONE_HOST =
  "put what is called from outside of the cluster on one of its hosts, or publish by hostPort or LoadBalancer";

/**
 * The ports of nodes that a network takes. With LoadBalancers it takes none, because each Service has its own address.
 */
export function kubernetesPorts(
  network: NetworkPlan,
  hosts: ReadonlySet<string>,
  publish: Publish,
): PortClaim[] {
  if (publish !== "hostPort" && publish !== "NodePort") return [];
  // A NodePort is open at every node, not only at the pod's.
  const place = (host: string) => (publish === "NodePort" ? EVERYWHERE : `host ${host}`);
  const published = network.workloads
    .filter(({ host }) => hosts.has(host))
    .flatMap(({ host, published }) => published.map((port) => ({ place: place(host), ...port })));
  const called = network.calledFromElsewhere.filter((host) => hosts.has(host));
  const links = called.map((host, index) => ({
    place: place(host),
    port: network.link.port,
    what: linksTo(host, network),
    remedy: index > 0 && publish === "NodePort" ? ONE_HOST : network.link.remedy,
  }));
  return [...published, ...links];
}
