import * as pulumi from "@pulumi/pulumi";
import type { Chain } from "../chains/chain";
import { address, deriveKeys } from "../chains/keys";
import { hostsCalledFromElsewhere, hostsOf, isExternal } from "../notary/placement";
import { rpcGraph } from "../notary/rpcGraph";
import type { Identity, Network, Platform, WorkloadAddress } from "../platforms/platform";
import { Assetchain, type DaemonArgs } from "./Assetchain";
import { type Authority, createAuthority, createIdentity } from "./authority";
import { type Callee, type ExternalArgs, externalCallee } from "./Callee";
import { type IguanaArgs, IguanaInstance } from "./IguanaInstance";
import { Witness } from "./Witness";

/** A chain of a notary: what it is, how its daemon is run, and where. */
export interface DeployedChain {
  readonly chain: Chain;
  readonly daemon: DaemonArgs;
  readonly host: string;
  /** Port of the host that leads to the daemon's p2p port; the same number where absent. */
  readonly publishedPort?: number;
  /** Another value makes another password. */
  readonly rotation?: string;
}

/** A chain of a notary whose daemon somebody else runs. */
export interface ExternalChain {
  readonly chain: Chain;
  readonly external: ExternalArgs;
}

export type NotaryChain = DeployedChain | ExternalChain;

export interface NotaryNodeArgs {
  readonly platform: Platform;
  /** The notary's passphrase or WIF; everything else is derived from it. */
  readonly passphrase: pulumi.Input<string>;
  /** Plain: they decide which resources there are. */
  readonly chains: readonly NotaryChain[];
  readonly iguana: IguanaArgs;
  readonly agentImage: pulumi.Input<string>;
  /** Name of the host that Iguana runs on. */
  readonly host: string;
  /** This notary's IPv4 address as the others reach it. */
  readonly ipAddress: string;
  /** IPv4 addresses of the other notaries. */
  readonly peers: readonly string[];
  /** Port of its hosts' addresses on which links from elsewhere arrive; no other notary on these hosts has it. */
  readonly linkPort: number;
  /** Hosts with a witness of the lease: an odd number of those that the notary runs on, or none for no lease. */
  readonly witnesses: readonly string[];
  /** The stack's name in the lease's holder, for people; the current name where absent, so a rename then changes the agent. */
  readonly stackName?: string;
}

/** What an operator's program needs to call a notary's Iguana. */
export interface OperatorAccess extends Identity {
  readonly address: WorkloadAddress;
}

/** One notary: Iguana and its chains under one key, on a network and under an authority of their own. */
export class NotaryNode extends pulumi.ComponentResource {
  static readonly type = "dokomodo:index:NotaryNode";

  /** Compressed public key, 66 hex digits. */
  readonly publicKey: pulumi.Output<string>;
  /** The key's address by symbol. */
  readonly addresses: pulumi.Output<Record<string, string>>;
  /** By symbol. */
  readonly chains: ReadonlyMap<string, Callee>;
  /** Absent where Iguana does not listen to all. */
  readonly operator?: OperatorAccess;

  constructor(name: string, args: NotaryNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super(NotaryNode.type, name, {}, opts);
    const child = { parent: this };
    const passphrase = pulumi.secret(args.passphrase);
    const publicKey = pulumi.unsecret(passphrase.apply((phrase) => deriveKeys(phrase).publicKey));
    const { linkPort } = args;
    const network = args.platform.network(
      name,
      {
        hosts: hostsOf(args),
        calledFromElsewhere: hostsCalledFromElsewhere(args, (host) => args.platform.segmentOf(host)),
        linkPort,
      },
      child,
    );
    const authority = createAuthority(name, child);

    this.publicKey = publicKey;
    this.addresses = publicKey.apply((key) =>
      Object.fromEntries(args.chains.map(({ chain }) => [chain.symbol, address(key, chain.prefixes)])),
    );
    this.chains = this.createChains(name, args, { network, authority, publicKey });
    const witnesses = args.witnesses.map((host) => {
      const image = args.agentImage;
      return new Witness(`${name}-${host}-witness`, { host, network, authority, image, publicKey }, child);
    });
    const leaseNamespace = network.leaseNamespace(args.host);
    const operator = args.iguana.listenToAll
      ? createIdentity(`${name}-operator`, "operator", authority, child)
      : undefined;
    const { workload } = new IguanaInstance(
      `${name}-iguana`,
      {
        ...args,
        network,
        authority,
        publicKey,
        passphrase,
        chains: [...this.chains.values()],
        witnesses,
        ...(operator === undefined ? {} : { operator }),
        ...(leaseNamespace === undefined
          ? {}
          : { lease: { namespace: leaseNamespace, name: pulumi.interpolate`dokomodo-${publicKey}` } }),
        holder: `notary ${name} of stack ${args.stackName ?? pulumi.getStack()} on host ${args.host}`,
      },
      child,
    );
    if (operator !== undefined) {
      const { validUntil: _, name: _name, ...identity } = operator;
      this.operator = { ...identity, address: workload.addressFromElsewhere() };
    }
    this.registerOutputs({ publicKey: this.publicKey, addresses: this.addresses });
  }

  /** Callees come first: a chain's files hold the credentials of the chains that it calls. */
  private createChains(
    name: string,
    args: NotaryNodeArgs,
    shared: { network: Network; authority: Authority; publicKey: pulumi.Output<string> },
  ): ReadonlyMap<string, Callee> {
    const links = rpcGraph(args.chains.map(({ chain }) => chain));
    const bySymbol = new Map(args.chains.map((chain) => [chain.chain.symbol, chain]));
    const created = new Map<string, Callee>();
    const create = (symbol: string): Callee[] => {
      const existing = created.get(symbol);
      if (existing !== undefined) return [existing];
      const chain = bySymbol.get(symbol);
      if (chain === undefined) return [];
      const calls = links.filter((link) => link.caller === symbol).flatMap((link) => create(link.callee));
      const childName = workloadName(name, symbol);
      const callee = isExternal(chain)
        ? externalCallee(childName, chain.chain, chain.external)
        : new Assetchain(childName, { ...chain, ...shared, calls }, { parent: this });
      created.set(symbol, callee);
      return [callee];
    };
    for (const symbol of bySymbol.keys()) create(symbol);
    return created;
  }
}

/** A DNS label, as it is also the workload's name on its network: `east-gleec-old`. */
export function workloadName(notary: string, symbol: string): string {
  return `${notary}-${symbol.toLowerCase().replaceAll("_", "-")}`;
}
