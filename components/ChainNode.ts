import * as pulumi from "@pulumi/pulumi";
import { address, deriveKeys } from "../chains/keys";
import { COMPONENT_TYPES } from "../notary/componentTypes";
import { agentName, clientsName, daemonName } from "../notary/names";
import {
  hasAgent,
  hostsCalledFromElsewhere,
  hostsOf,
  isCalledByOperators,
  isExternal,
} from "../notary/placement";
import { rpcGraph } from "../notary/rpcGraph";
import type { Client, DeployedChain, ExternalChain, Node } from "../notary/types";
import type { Network, Platform } from "../platforms/platform";
import { Assetchain, type DaemonArgs } from "./Assetchain";
import { type Authority, createAuthorities, createIdentity, type IssuedIdentity } from "./authority";
import { type Callee, type ExternalArgs, externalCallee } from "./Callee";
import { type ClientAccess, ClientProxy } from "./ClientProxy";
import { NodeAgent } from "./NodeAgent";

/**
 * A chain whose daemon the node runs, and where.
 *
 * @example
 * ```ts
 * import type { Chain, DaemonArgs, DeployedChainArgs } from "dokomodo";
 *
 * // On host beta, where another daemon has the chain's usual p2p port.
 * export function onBeta(chain: Chain, daemon: DaemonArgs): DeployedChainArgs {
 *   return { chain, daemon, host: "beta", publishedPort: chain.p2pPort + 10_000 };
 * }
 * ```
 */
export type DeployedChainArgs = DeployedChain<DaemonArgs>;

/**
 * A chain whose daemon somebody else runs.
 *
 * @example
 * ```ts
 * import type { Chain, ExternalArgs, ExternalChainArgs } from "dokomodo";
 *
 * export const elsewhere = (chain: Chain, external: ExternalArgs): ExternalChainArgs => ({ chain, external });
 * ```
 */
export type ExternalChainArgs = ExternalChain<ExternalArgs>;

export interface ChainNodeArgs extends Pick<Node, "host" | "linkPort"> {
  /** Generation 1 of its authority alone if absent. */
  readonly authority?: Node["authority"];
  readonly platform: Platform;
  /**
   * Passphrase or WIF, from which all keys are derived. The agent on `host` keeps the key in the chains' wallets. Absent
   * if the node is to have no key.
   */
  readonly passphrase?: pulumi.Input<string> | undefined;
  /** The node's chains. They are plain values, because they decide which resources there are. */
  readonly chains: readonly (DeployedChainArgs | ExternalChainArgs)[];
  /** Those who call the chains from elsewhere; nobody if absent. They enter on `host`. */
  readonly clients?: readonly Client[] | undefined;
  /** Image with Node 18 or newer. The agent and the clients' filter run in it. */
  readonly agentImage: pulumi.Input<string>;
}

/**
 * Coin daemons under one name, on a network and under an authority of their own.
 *
 * @example
 * ```ts
 * import { type ChainList, ChainNode, type DaemonArgs, DEFAULT_IMAGES, type Platform } from "dokomodo";
 *
 * // A node of all chains of a list on host alpha, without a key.
 * export function explorer(platform: Platform, { chains }: ChainList, daemon: DaemonArgs) {
 *   return new ChainNode("explorer", {
 *     platform,
 *     chains: [...chains.values()].map((chain) => ({ chain, daemon, host: "alpha" })),
 *     host: "alpha",
 *     linkPort: 7443,
 *     agentImage: DEFAULT_IMAGES.agent,
 *     clients: [{ name: "web", chains: ["KMD"], allow: ["getblock", "getblockcount"] }],
 *   });
 * }
 * ```
 */
export class ChainNode extends pulumi.ComponentResource {
  static readonly type: string = COMPONENT_TYPES.chainNode;

  /** Compressed public key, 66 hex digits. Absent if the node has no passphrase. */
  readonly publicKey?: pulumi.Output<string> | undefined;
  /** The key's address on each chain, keyed by symbol. Absent if the node has no passphrase. */
  readonly addresses?: pulumi.Output<Record<string, string>> | undefined;
  /** The node's chains, keyed by symbol. */
  readonly chains: ReadonlyMap<string, Callee>;
  /** What each client needs to call the chains, keyed by name, and `operator` among them. Absent if there are none. */
  readonly clients?: Readonly<Record<string, ClientAccess>> | undefined;
  /** The certificate and key of operators. Absent if they can call nothing of the node. */
  protected readonly operatorIdentity?: IssuedIdentity | undefined;
  protected readonly network: Network;
  protected readonly authority: Authority;

  constructor(name: string, args: ChainNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super(new.target.type, name, {}, opts);
    const child = { parent: this };
    // The arguments of a notary say where Iguana and its witnesses are as well.
    this.network = args.platform.network(
      name,
      {
        hosts: hostsOf(args),
        calledFromElsewhere: hostsCalledFromElsewhere(args, (host) => args.platform.segmentOf(host)),
        linkPort: args.linkPort,
      },
      child,
    );
    const { authority, entrance } = createAuthorities(name, args.authority ?? {}, child);
    this.authority = authority;
    if (args.passphrase !== undefined) {
      this.publicKey = publicKeyOf(args.passphrase);
      this.addresses = addressesOf(this.publicKey, args.chains);
    }
    this.chains = this.createChains(name, args);
    this.operatorIdentity = isCalledByOperators(args)
      ? createIdentity(`${name}-operator`, "operator", this.authority, child)
      : undefined;
    this.createAgent(name, args);
    this.clients = this.createClients(name, args, entrance);
    this.registerOutputs({ publicKey: this.publicKey, addresses: this.addresses });
  }

  /** Creates the chains, callees before callers, because a caller's files hold the credentials of its callees. */
  private createChains(name: string, args: ChainNodeArgs): ReadonlyMap<string, Callee> {
    const { network, authority, publicKey } = this;
    const links = rpcGraph(args.chains.map(({ chain }) => chain));
    const bySymbol = new Map(args.chains.map((chain) => [chain.chain.symbol, chain]));
    const created = new Map<string, Callee>();
    const create = (symbol: string): Callee[] => {
      const existing = created.get(symbol);
      if (existing !== undefined) return [existing];
      const chain = bySymbol.get(symbol);
      if (chain === undefined) return [];
      const calls = links.filter((link) => link.caller === symbol).flatMap((link) => create(link.callee));
      const childName = daemonName(name, symbol);
      const callee = isExternal(chain)
        ? externalCallee(childName, chain.chain, chain.external)
        : new Assetchain(childName, { ...chain, network, authority, publicKey, calls }, { parent: this });
      created.set(symbol, callee);
      return [callee];
    };
    for (const symbol of bySymbol.keys()) create(symbol);
    return created;
  }

  private createAgent(name: string, args: ChainNodeArgs): void {
    const { network, authority, publicKey } = this;
    const { host, agentImage: image, passphrase } = args;
    if (!hasAgent(args)) return;
    const key = passphrase === undefined || publicKey === undefined ? undefined : { publicKey, passphrase };
    const chains = [...this.chains.values()];
    const own = { node: name, host, network, authority, image, key, chains };
    new NodeAgent(agentName(name), own, { parent: this });
  }

  private createClients(name: string, args: ChainNodeArgs, entrance: Authority): ChainNode["clients"] {
    const { network, authority, chains, operatorIdentity: operator } = this;
    const { host, agentImage: image, clients = [] } = args;
    if (clients.length === 0 || operator === undefined) return undefined;
    const own = { node: name, host, network, authority, entrance, image, clients, chains, operator };
    return new ClientProxy(clientsName(name), own, { parent: this }).access;
  }
}

/** The public key of a passphrase or WIF. It is no secret. */
export function publicKeyOf(passphrase: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.secret(passphrase).apply((phrase) => deriveKeys(phrase).publicKey));
}

/** The address of a public key on each chain, keyed by symbol. */
export function addressesOf(
  publicKey: pulumi.Output<string>,
  chains: ChainNodeArgs["chains"],
): pulumi.Output<Record<string, string>> {
  return publicKey.apply((key) =>
    Object.fromEntries(chains.map(({ chain }) => [chain.symbol, address(key, chain.prefixes)])),
  );
}
