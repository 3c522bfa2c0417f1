import { isIP } from "node:net";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { networking } from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { LINK_PORT } from "../haproxy/configuration";
import type { CallArgs, ContainerArgs, WorkloadArgs } from "../platform";
import { defaultPolicyName } from "./names";

/** Labels of pods that policies go by. */
export const NETWORK = "dokomodo.network";
export const WORKLOAD = "dokomodo.workload";
/** What the pod is to those that it calls; the OU of its certificate. */
export const ROLE = "dokomodo.role";
/** Of the pod that takes a network's links from elsewhere; no certificate has it. */
export const GATEWAY_ROLE = "gateway";

/** Where API servers answer, seen before and after a Service's address was translated. */
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
}

/** Nothing from anywhere, and nothing to anywhere but names' addresses, for all pods of a network. */
export function createDefaultPolicy(args: PolicyArgs, opts: pulumi.CustomResourceOptions): NetworkPolicy {
  const name = defaultPolicyName(args.network);
  return create(name, args, { [NETWORK]: args.network }, { ingress: [], egress: [dns] }, opts);
}

/** What one workload's links, peers and lease need. */
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
    ...(containers.some(hasLease) ? [{ ports: API_PORTS.map(tcp) }] : []),
  ];
  return create(name, args, { [WORKLOAD]: name }, { ingress, egress }, opts);
}

/** The gateway takes links from anywhere; who may call whom is decided where TLS ends. */
export function createGatewayPolicy(
  name: string,
  args: PolicyArgs,
  opts: pulumi.CustomResourceOptions,
): NetworkPolicy {
  const ports = [tcp(LINK_PORT)];
  // A caller may ask for any name, the gateway's own among them, which would go round and round.
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
  // The API server drops empty lists, so that what it has would differ from what was asked for.
  const { ingress, egress } = rules;
  return new NetworkPolicy(
    name,
    {
      metadata: { name, namespace, labels },
      spec: {
        podSelector: { matchLabels },
        policyTypes: ["Ingress", "Egress"],
        ...(ingress.length === 0 ? {} : { ingress }),
        ...(egress.length === 0 ? {} : { egress }),
      },
    },
    opts,
  );
}

function tcp(port: number): networking.v1.NetworkPolicyPort {
  return { protocol: "TCP", port };
}

const dns: Egress = { ports: [{ protocol: "UDP", port: DNS_PORT }, tcp(DNS_PORT)] };

/** Roles and not names, so that a new chain changes nobody's policy but Iguana's. */
function fromRoles(network: string, values: readonly string[]): Ingress {
  const podSelector = {
    matchLabels: { [NETWORK]: network },
    matchExpressions: [{ key: ROLE, operator: "In", values: [...values].sort() }],
  };
  return { from: [{ podSelector }], ports: [tcp(LINK_PORT)] };
}

function toCallee(network: string, { to }: CallArgs): Egress {
  if ("url" in to) {
    const { hostname, port, protocol } = new URL(to.url);
    return toAddress(hostname, Number(port) || (protocol === "https:" ? 443 : 80));
  }
  if (to.remote) return toAddress(to.hostname, to.port);
  const podSelector = { matchLabels: { [NETWORK]: network, [WORKLOAD]: to.name } };
  return { to: [{ podSelector }], ports: [tcp(to.port)] };
}

/** Policies know addresses alone, so a name leaves its port open to all. */
function toAddress(hostname: string, port: number): Egress {
  const to = isIP(hostname) === 4 ? { to: [{ ipBlock: { cidr: `${hostname}/32` } }] } : {};
  return { ...to, ports: [tcp(port)] };
}

/** Peers are at any address and any port of the world, and not in here. */
function toPeers(privateNetworks: readonly string[]): Egress {
  const block = (cidr: string, isVersion6: boolean) => {
    const except = privateNetworks.filter((each) => each.includes(":") === isVersion6);
    return { ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) } };
  };
  return { to: [block("0.0.0.0/0", false), block("::/0", true)] };
}

function hasLease({ lease }: ContainerArgs): boolean {
  return lease !== undefined;
}
