import { isIP } from "node:net";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { networking } from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { LINK_PORT } from "../haproxy/configuration";
import type { CallArgs, ContainerArgs, WorkloadArgs } from "../platform";
import { type DownloadPlaces, provisionsOf, urlsOf } from "../provision";
import { defaultPolicyName } from "./names";

/** Labels by which policies choose pods. */
export const NETWORK = "dokomodo.network";
export const WORKLOAD = "dokomodo.workload";
/** Label with what the pod is to those that it calls, which is also the OU of its certificate. */
export const ROLE = "dokomodo.role";
/** The role of the pod that takes a network's links from elsewhere. No certificate has it. */
export const GATEWAY_ROLE = "gateway";

/**
 * The ports of API servers: that of their Service, and the usual one of the server itself. Which of them a policy sees
 * depends on the network's plugin (docs/internals/engines.md, NetworkPolicies).
 */
const API_PORTS = [443, 6443];
const DNS_PORT = 53;

type Egress = networking.v1.NetworkPolicyEgressRule;
type Ingress = networking.v1.NetworkPolicyIngressRule;

export interface PolicyArgs {
  readonly namespace: pulumi.Input<string>;
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
  /** CIDRs that no daemon's peers are in: the cluster's own and its neighbours'. */
  readonly privateNetworks: readonly string[];
  /** Where downloads are looked for before their own sources. */
  readonly downloadPlaces?: DownloadPlaces | undefined;
}

/** Forbids all pods of a network all connections, except for questions to the DNS. */
export function createDefaultPolicy(args: PolicyArgs, opts: pulumi.CustomResourceOptions): NetworkPolicy {
  const name = defaultPolicyName(args.network);
  return create(name, args, { [NETWORK]: args.network }, { ingress: [], egress: [dns] }, opts);
}

/** Allows one workload the connections that its links, its peers, its lease and its backups need. */
export function createWorkloadPolicy(
  name: string,
  args: PolicyArgs,
  { calls, serves, publishedPorts, containers }: WorkloadArgs,
  opts: pulumi.CustomResourceOptions,
): NetworkPolicy {
  const ingress: Ingress[] = [
    ...(serves === undefined ? [] : [fromRoles(args.network, [...serves.roles, GATEWAY_ROLE])]),
    ...(publishedPorts.length === 0 ? [] : [{ ports: publishedPorts.map(({ internal }) => tcp(internal)) }]),
  ];
  const egress: Egress[] = [
    ...calls.map((call) => toCallee(args.network, call)),
    ...(publishedPorts.length === 0 ? [] : [toPeers(args.privateNetworks)]),
    ...containers.flatMap((container) => toSources(container, args.downloadPlaces)),
    ...containers.flatMap(({ reaches }) => (reaches ? [toAddress(reaches.hostname, reaches.port)] : [])),
    ...(containers.some(hasLease) ? [{ ports: API_PORTS.map(tcp) }] : []),
  ];
  return create(name, args, { [WORKLOAD]: name }, { ingress, egress }, opts);
}

/** Allows the gateway to take links from anywhere. TLS ends at the workload, which decides who may call it. */
export function createGatewayPolicy(
  name: string,
  args: PolicyArgs,
  opts: pulumi.CustomResourceOptions,
): NetworkPolicy {
  const ports = [tcp(LINK_PORT)];
  // A caller may ask for the gateway's own name. Without this rule the gateway would call itself without an end.
  const notItself = { key: ROLE, operator: "NotIn", values: [GATEWAY_ROLE] };
  const to = [{ podSelector: { matchLabels: { [NETWORK]: args.network }, matchExpressions: [notItself] } }];
  return create(name, args, { [WORKLOAD]: name }, { ingress: [{ ports }], egress: [{ to, ports }] }, opts);
}

function create(
  name: string,
  { namespace, labels }: PolicyArgs,
  matchLabels: Readonly<Record<string, string>>,
  rules: { readonly ingress: Ingress[]; readonly egress: Egress[] },
  opts: pulumi.CustomResourceOptions,
): NetworkPolicy {
  // The API server drops empty lists, so each run would find a difference (docs/internals/engines.md, objects that do
  // not change).
  const { ingress, egress } = rules;
  return new NetworkPolicy(
    name,
    {
      metadata: { name, namespace, labels },
      spec: {
        podSelector: { matchLabels },
        policyTypes: ["Ingress", "Egress"],
        ingress: ingress.length === 0 ? undefined : ingress,
        egress: egress.length === 0 ? undefined : egress,
      },
    },
    opts,
  );
}

function tcp(port: number): networking.v1.NetworkPolicyPort {
  return { protocol: "TCP", port };
}

const dns: Egress = { ports: [{ protocol: "UDP", port: DNS_PORT }, tcp(DNS_PORT)] };

/** Lets callers in by role and not by name, so that a new chain changes no policy but Iguana's. */
function fromRoles(network: string, values: readonly string[]): Ingress {
  const podSelector = {
    matchLabels: { [NETWORK]: network },
    matchExpressions: [{ key: ROLE, operator: "In", values: [...values].sort() }],
  };
  return { from: [{ podSelector }], ports: [tcp(LINK_PORT)] };
}

function toCallee(network: string, { to }: CallArgs): Egress {
  if ("url" in to) return toServer(to.url);
  if (to.remote) return toAddress(to.hostname, to.port);
  const podSelector = { matchLabels: { [NETWORK]: network, [WORKLOAD]: to.name } };
  return { to: [{ podSelector }], ports: [tcp(to.port)] };
}

/**
 * Allows a container to be provided with what it needs, from servers that are named by address. Others are reached as
 * peers are.
 */
function toSources(container: ContainerArgs, places: DownloadPlaces = {}): Egress[] {
  const provisions = provisionsOf(container);
  if (provisions === undefined) return [];
  const servers = urlsOf(provisions, places).map((url) => new URL(url));
  const addresses = new Set(
    servers.filter(({ hostname }) => isIP(hostname) === 4).map(({ origin }) => origin),
  );
  return [...addresses].map((origin) => toServer(origin));
}

function toServer(url: string): Egress {
  const { hostname, port, protocol } = new URL(url);
  return toAddress(hostname, Number(port) || (protocol === "https:" ? 443 : 80));
}

/**
 * Allows calls to an address. A policy knows no names (docs/internals/engines.md, NetworkPolicies), so for a name the
 * port is allowed at every address.
 */
function toAddress(hostname: string, port: number): Egress {
  const to = isIP(hostname) === 4 ? { to: [{ ipBlock: { cidr: `${hostname}/32` } }] } : {};
  return { ...to, ports: [tcp(port)] };
}

/** Allows calls to peers, which may be at any address and port, but not in private networks. */
function toPeers(privateNetworks: readonly string[]): Egress {
  const block = (cidr: string, isVersion6: boolean) => {
    const except = privateNetworks.filter((each) => each.includes(":") === isVersion6);
    return { ipBlock: { cidr, except: except.length === 0 ? undefined : except } };
  };
  return { to: [block("0.0.0.0/0", false), block("::/0", true)] };
}

function hasLease({ lease }: ContainerArgs): boolean {
  return lease !== undefined;
}
