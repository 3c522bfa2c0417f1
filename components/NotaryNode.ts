import * as pulumi from "@pulumi/pulumi";
import type { Chain } from "../chains/chain";
import { rpcGraph } from "../chains/graph";
import { address, deriveKeys } from "../chains/keys";
import type { Network, Platform } from "../platforms/platform";
import { Assetchain, type DaemonArgs } from "./Assetchain";
import { type Authority, createAuthority } from "./authority";
import { type IguanaArgs, IguanaInstance } from "./IguanaInstance";

/** A chain of a notary: what it is, how its daemon is run, and where. */
export interface NotaryChain {
  readonly chain: Chain;
  readonly daemon: DaemonArgs;
  readonly host: string;
  /** Another value makes another password. */
  readonly rotation?: string;
}

export interface NotaryNodeArgs {
  readonly platform: Platform;
  /** The notary's passphrase or WIF; everything else is derived from it (domain.md 2.1). */
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
}

/** One notary: Iguana and its chains under one key, on a network and under an authority of their own. */
export class NotaryNode extends pulumi.ComponentResource {
  static readonly type = "dokomodo:index:NotaryNode";

  /** Compressed public key, 66 hex digits. */
  readonly publicKey: pulumi.Output<string>;
  /** The key's address by symbol. */
  readonly addresses: pulumi.Output<Record<string, string>>;
  readonly chains: ReadonlyMap<string, Assetchain>;

  constructor(name: string, args: NotaryNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super(NotaryNode.type, name, {}, opts);
    const child = { parent: this };
    const passphrase = pulumi.secret(args.passphrase);
    const publicKey = pulumi.unsecret(passphrase.apply((phrase) => deriveKeys(phrase).publicKey));
    const hosts = [...new Set([args.host, ...args.chains.map((chain) => chain.host)])].sort();
    const network = args.platform.network(name, { hosts }, child);
    const authority = createAuthority(name, child);

    this.publicKey = publicKey;
    this.addresses = publicKey.apply((key) =>
      Object.fromEntries(args.chains.map(({ chain }) => [chain.symbol, address(key, chain.prefixes)])),
    );
    this.chains = this.createChains(name, args, { network, authority, publicKey });
    new IguanaInstance(
      `${name}-iguana`,
      { ...args, network, authority, publicKey, passphrase, chains: [...this.chains.values()] },
      child,
    );
    this.registerOutputs({ publicKey: this.publicKey, addresses: this.addresses });
  }

  /** Callees come first: a chain's files hold the credentials of the chains that it calls. */
  private createChains(
    name: string,
    args: NotaryNodeArgs,
    shared: { network: Network; authority: Authority; publicKey: pulumi.Output<string> },
  ): ReadonlyMap<string, Assetchain> {
    const links = rpcGraph(args.chains.map(({ chain }) => chain));
    const bySymbol = new Map(args.chains.map((chain) => [chain.chain.symbol, chain]));
    const created = new Map<string, Assetchain>();
    const create = (symbol: string): Assetchain[] => {
      const existing = created.get(symbol);
      if (existing !== undefined) return [existing];
      const chain = bySymbol.get(symbol);
      if (chain === undefined) return [];
      const calls = links.filter((link) => link.caller === symbol).flatMap((link) => create(link.callee));
      const component = new Assetchain(
        workloadName(name, symbol),
        { ...chain, ...shared, calls },
        { parent: this },
      );
      created.set(symbol, component);
      return [component];
    };
    for (const symbol of bySymbol.keys()) create(symbol);
    return created;
  }
}

/** A DNS label, as it is also the workload's name on its network: `east-gleec-old`. */
export function workloadName(notary: string, symbol: string): string {
  return `${notary}-${symbol.toLowerCase().replaceAll("_", "-")}`;
}
