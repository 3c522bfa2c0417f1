import * as pulumi from "@pulumi/pulumi";
import { COMPONENT_TYPES } from "../notary/componentTypes";
import { FILTER_MEMORY_MIB } from "../notary/memory";
import { clientName } from "../notary/names";
import { FILTER_PORT } from "../notary/ports";
import { OPERATOR } from "../notary/rpcGraph";
import type { Client } from "../notary/types";
import type { Identity, Network, WorkloadAddress } from "../platforms/platform";
import {
  ANY,
  type FilterChain,
  type FilterClient,
  type FilterPlan,
  type FilterSecrets,
} from "../runtime/filter/plan";
import { runtimeFile } from "../runtime/runtimeFile";
import {
  type Authority,
  type ClientIdentity,
  createClientIdentity,
  createIdentity,
  type IssuedIdentity,
} from "./authority";
import { type Callee, inOrder } from "./Callee";

export interface ClientProxyArgs {
  /** The node's name. */
  readonly node: string;
  readonly host: string;
  readonly network: Network;
  readonly authority: Authority;
  /** Signs for this workload. Clients that trust another authority than `authority` can still enter then. */
  readonly entrance: Authority;
  /** Image with Node 18 or newer. */
  readonly image: pulumi.Input<string>;
  readonly clients: readonly Client[];
  /** The node's chains, keyed by symbol. */
  readonly chains: ReadonlyMap<string, Callee>;
  /** The certificate and key with which operators call from elsewhere. They may call every chain. */
  readonly operator: IssuedIdentity;
}

/**
 * What a client needs to call a node's chains from elsewhere.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import type { ChainNode } from "dokomodo";
 *
 * // `npx dokomodo client` and `npx dokomodo rpc` look for a stack output `nodes` of this form.
 * export function nodesOutput(name: string, { clients }: ChainNode) {
 *   return { [name]: { clients: pulumi.secret(clients) } };
 * }
 * ```
 */
export interface ClientAccess extends Identity {
  readonly address: WorkloadAddress;
  /** The RPC port of each chain that it may call, keyed by symbol. */
  readonly chains: Readonly<Record<string, number>>;
  /** When the certificate ends, in RFC 3339. */
  readonly validUntil: pulumi.Output<string>;
}

const DIRECTORY = "/run/dokomodo/filter";
const FILES = { program: "filter.cjs", plan: "plan.json", secrets: "secrets.json" } as const;
const at = (file: keyof typeof FILES) => `${DIRECTORY}/${FILES[file]}`;

/**
 * The workload through which a node's clients enter. Its proxy lets in certificates of these clients alone, and tells
 * the filter who calls. The filter lets through what the client may call, with the daemon's password. Only this
 * workload knows clients, so no daemon restarts for one.
 */
export class ClientProxy extends pulumi.ComponentResource {
  static readonly type = COMPONENT_TYPES.clientProxy;

  /** Keyed by the client's name; `operator` is among them. */
  readonly access: Readonly<Record<string, ClientAccess>>;

  constructor(name: string, args: ClientProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ClientProxy.type, name, {}, opts);
    const child = { parent: this };
    const { node, authority } = args;
    const chains = inOrder(args.chains.values());
    const all = chains.map(({ chain }) => chain.symbol);
    // Sorted, as the chains are, so that the order in which the config lists them changes nothing.
    const clients = [...args.clients].sort((a, b) => (a.name < b.name ? -1 : 1));
    const callers: Caller[] = [
      ...clients.map((client) => ({
        ...client,
        identity: createClientIdentity(clientName(node, client.name), client.name, authority, child),
      })),
      {
        name: OPERATOR,
        chains: all,
        allow: ANY,
        identity: { ...args.operator, commonName: args.operator.name },
      },
    ];
    const workload = args.network.workload(
      name,
      {
        host: args.host,
        labels: { "dokomodo.clients": node },
        containers: [
          {
            role: "filter",
            image: args.image,
            command: ["node", at("program"), at("plan"), at("secrets")],
            user: "1000:1000",
            environment: {},
            files: [
              { path: at("program"), content: runtimeFile("filter.cjs") },
              { path: at("plan"), content: JSON.stringify(filterPlan(chains, callers)) },
              { path: at("secrets"), content: filterSecrets(chains) },
            ],
            memoryMiB: FILTER_MEMORY_MIB,
            graceSeconds: 10,
          },
        ],
        publishedPorts: [],
        calls: chains.map((callee) => ({ ...callee.callFrom(args.host), repeats: false })),
        serves: {
          port: FILTER_PORT,
          roles: ["client", "operator"],
          callers: Object.fromEntries(callers.map(({ name, identity }) => [name, identity.commonName])),
        },
        identity: createIdentity(name, "filter", args.entrance, child),
      },
      child,
    );
    const address = workload.addressFromElsewhere();
    this.access = Object.fromEntries(
      callers.map(({ name, chains: called, identity }): [string, ClientAccess] => {
        const { role, certificate, privateKey, authority, validUntil } = identity;
        const ports = chains.filter(({ chain }) => called.includes(chain.symbol)).map(rpcPort);
        return [
          name,
          {
            role,
            certificate,
            privateKey,
            authority,
            address,
            chains: Object.fromEntries(ports),
            validUntil,
          },
        ];
      }),
    );
    this.registerOutputs({});
  }
}

/** A client, or the operator, with its certificate. */
interface Caller extends Omit<FilterClient, "allow"> {
  readonly name: string;
  readonly allow?: FilterClient["allow"];
  readonly identity: Omit<ClientIdentity, "commonName"> & { readonly commonName: pulumi.Input<string> };
}

function filterPlan(chains: readonly Callee[], callers: readonly Caller[]): FilterPlan {
  return {
    port: FILTER_PORT,
    clients: Object.fromEntries(callers.map(({ name, chains, allow }) => [name, { chains, allow }])),
    chains: Object.fromEntries(
      chains.map(rpcPort).map(([symbol, rpcPort]): [string, FilterChain] => [symbol, { rpcPort }]),
    ),
  };
}

function filterSecrets(chains: readonly Callee[]): pulumi.Output<string> {
  const credentials = chains.map(({ chain, rpcUser, rpcPassword }) =>
    pulumi
      .all([rpcUser, rpcPassword])
      .apply(([rpcUser, rpcPassword]) => [chain.symbol, { rpcUser, rpcPassword }] as const),
  );
  const secrets = pulumi.all(credentials).apply((entries): FilterSecrets => Object.fromEntries(entries));
  return pulumi.secret(secrets.apply((known) => JSON.stringify(known)));
}

function rpcPort({ chain }: Callee): [string, number] {
  return [chain.symbol, chain.rpcPort];
}
