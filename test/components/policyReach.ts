import { BlockList, isIPv4 } from "node:net";
import type { RecordedResource } from "./recordGraph";

type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Port {
  readonly protocol: string;
  readonly port: number;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}

interface Policy {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** One end of a connection: a pod with its labels, or somebody outside of the namespace, who has none. */
export interface End {
  readonly address: string;
  readonly labels?: Labels;
}

/** The pods of a graph, by their workloads' names, at an address of the cluster. */
export function podEnds(graph: readonly RecordedResource[]): ReadonlyMap<string, Required<End>> {
  const sets = graph.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet");
  return new Map(
    sets.map(({ name, inputs }) => {
      return [name, { labels: Object(inputs["spec"]).template.metadata.labels, address: "10.244.0.9" }];
    }),
  );
}

/** Whether the network policies of a graph, and nothing else, let `from` open a connection to a port of `to`. */
export function mayConnect(
  graph: readonly RecordedResource[],
  from: End,
  to: End,
  port: number,
  protocol = "TCP",
): boolean {
  const policies: readonly Policy[] = graph
    .filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy")
    .map(({ inputs }) => Object(inputs["spec"]));
  const wanted = { port, protocol };
  const out = policies.filter((policy) => isMeant(policy, "Egress", from));
  const into = policies.filter((policy) => isMeant(policy, "Ingress", to));
  return (
    (out.length === 0 || out.some(({ egress = [] }) => egress.some((rule) => admits(rule, to, wanted)))) &&
    (into.length === 0 || into.some(({ ingress = [] }) => ingress.some((rule) => admits(rule, from, wanted))))
  );
}

/** Whom no policy is about, everybody may reach. */
function isMeant({ podSelector, policyTypes }: Policy, type: string, { labels }: End): boolean {
  return policyTypes.includes(type) && labels !== undefined && selects(podSelector, labels);
}

function admits({ from, to, ports }: Rule, other: End, { port, protocol }: Port): boolean {
  const peers = from ?? to;
  return (
    (ports === undefined || ports.some((each) => each.port === port && each.protocol === protocol)) &&
    (peers === undefined || peers.some((peer) => isPeer(peer, other)))
  );
}

function isPeer({ podSelector, ipBlock }: Peer, { labels, address }: End): boolean {
  if (podSelector !== undefined) return labels !== undefined && selects(podSelector, labels);
  if (ipBlock === undefined) throw new Error("a peer of an unknown kind");
  const { cidr, except = [] } = ipBlock;
  return isWithin([cidr], address) && !isWithin(except, address);
}

function isWithin(networks: readonly string[], address: string): boolean {
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  const list = new BlockList();
  for (const network of networks) {
    const [first = "", length] = network.split("/");
    // A list takes an IPv4 address for one of ::/0, which no policy does.
    if (isIPv4(first) === isIPv4(address)) list.addSubnet(first, Number(length), family);
  }
  return list.check(address, family);
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== "In" && operator !== "NotIn") throw new Error(`${operator} is not known here`);
      return values.includes(labels[key] ?? "") === (operator === "In");
    })
  );
}
