import { AGENT_PORT, witnessPort } from "../../components/IguanaInstance";
import type { Problem } from "../../input/problem";
import { deployedChains, hostsCalledFromElsewhere } from "../../notary/placement";
import { rpcGraph } from "../../notary/rpcGraph";
import { LINK_PORT } from "../../platforms/haproxy/proxy";
import type { Stack } from "../load";
import type { Checked } from "../resolve/notaries";
import type { StackSettings } from "../schema/schema";
import { segmentOf } from "./hosts";

type Notary = Stack["notaries"][number];

const OFFSET = "the portOffset of a notary moves its p2p and link ports";
const ONE_HOST =
  "put what is called from outside of the cluster on one of its hosts, or publish by hostPort or LoadBalancer";

/** No two listeners want one port: published ports on a host, and everything in one network namespace. */
export function checkPorts({ at, settings }: Checked, notaries: Stack["notaries"]): Problem[] {
  const problems: Problem[] = [];
  const published = new Ports();
  const isPublished = (host: string) => publishes(settings, host);
  const place = (host: string) => placeOf(settings, host);
  for (const [index, notary] of notaries.entries()) {
    const report = (clashes: readonly string[]) => {
      const position = at(["dokomodo:notaries", index, "chains"]);
      problems.push(...clashes.map((message) => ({ message, position })));
    };
    const owner = (what: string) => `${what} of notary ${notary.name}`;
    if (isPublished(notary.host)) {
      report(published.take(place(notary.host), notary.iguana.busPort, owner("the dPoW bus")));
    }
    const called = hostsCalledFromElsewhere(notary, segmentOf(settings)).filter(isPublished);
    for (const [nth, host] of called.entries()) {
      const isShared = called.slice(0, nth).some((other) => place(other) === place(host));
      const links = owner(`links from elsewhere to ${host}`);
      report(published.take(place(host), notary.linkPort, links, isShared ? ONE_HOST : OFFSET));
    }
    for (const { chain, host, publishedPort = chain.p2pPort } of deployedChains(notary)) {
      if (!isPublished(host)) continue;
      report(published.take(place(host), publishedPort, owner(`p2p of ${chain.symbol}`), OFFSET));
    }
    report(namespaceClashes(notary));
  }
  return problems;
}

/** Whether what runs on a host takes ports of an address that others take ports of, too. */
function publishes({ hosts, kubernetes }: StackSettings, host: string): boolean {
  return !isInCluster(hosts, host) || kubernetes.publish === "hostPort" || kubernetes.publish === "NodePort";
}

/** Where a published port can be taken once: a NodePort is open at every node, whichever the pod is on. */
function placeOf({ hosts, kubernetes }: StackSettings, host: string): string {
  const isEverywhere = isInCluster(hosts, host) && kubernetes.publish === "NodePort";
  return isEverywhere ? "every node of the cluster" : `host ${host}`;
}

function isInCluster(hosts: StackSettings["hosts"], host: string): boolean {
  return hosts.some(({ name, platform }) => name === host && platform === "kubernetes");
}

function namespaceClashes(notary: Notary): string[] {
  const { name, iguana, chains, witnesses } = notary;
  const ports = new Ports();
  const inIguana = `the network of ${name}'s Iguana`;
  const clashes = [
    ...ports.take(inIguana, LINK_PORT, "the proxy"),
    ...ports.take(inIguana, AGENT_PORT, "the agent"),
    ...ports.take(inIguana, iguana.rpcPort, "Iguana's RPC"),
    ...ports.take(inIguana, iguana.busPort, "the dPoW bus"),
    ...witnesses.flatMap((host, index) => ports.take(inIguana, witnessPort(index), `the witness on ${host}`)),
    ...chains.flatMap(({ chain }) => ports.take(inIguana, chain.rpcPort, `RPC of ${chain.symbol}`)),
  ];
  const links = rpcGraph(chains.map(({ chain }) => chain));
  for (const { chain } of deployedChains(notary)) {
    const place = `the network of ${name}'s ${chain.symbol}`;
    const calls = links.filter(({ caller }) => caller === chain.symbol);
    clashes.push(
      ...ports.take(place, LINK_PORT, "the proxy"),
      ...ports.take(place, chain.p2pPort, `p2p of ${chain.symbol}`),
      ...ports.take(place, chain.rpcPort, `RPC of ${chain.symbol}`),
      ...calls.flatMap(({ callee, port }) => ports.take(place, port, `RPC of ${callee}`)),
    );
  }
  return clashes;
}

/** Who has which port where. */
class Ports {
  private readonly owners = new Map<string, string>();

  /** Messages where the port is taken already, with what may help. */
  take(place: string, port: number, owner: string, remedy?: string): string[] {
    const key = `${place} ${port}`;
    const other = this.owners.get(key);
    if (other !== undefined) {
      const clash = `port ${port} on ${place} is wanted by ${other} and by ${owner}`;
      return [remedy === undefined ? clash : `${clash}; ${remedy}`];
    }
    this.owners.set(key, owner);
    return [];
  }
}
