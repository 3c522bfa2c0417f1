import * as pulumi from "@pulumi/pulumi";
import { address, deriveKeys } from "../chains/keys";
import { daemonName, iguanaName, witnessName } from "../notary/names";
import { hostsCalledFromElsewhere, hostsOf, isExternal, witnessesOf } from "../notary/placement";
import { rpcGraph } from "../notary/rpcGraph";
import type { DeployedChain, ExternalChain, Notary } from "../notary/types";
import type { Identity, Network, Platform, WorkloadAddress } from "../platforms/platform";
import { Assetchain, type DaemonArgs } from "./Assetchain";
import { type Authority, createAuthority, createIdentity } from "./authority";
import { type Callee, type ExternalArgs, externalCallee } from "./Callee";
import { type IguanaArgs, IguanaInstance } from "./IguanaInstance";
import { Witness } from "./Witness";

/**
 * A chain whose daemon the notary runs, and where.
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

export interface NotaryNodeArgs
  extends Pick<Notary, "host" | "ipAddress" | "peers" | "linkPort" | "lease" | "utxos"> {
  readonly platform: Platform;
  /** The notary's passphrase or WIF. All keys are derived from it. */
  readonly passphrase: pulumi.Input<string>;
  /** The notary's chains. They are plain values, because they decide which resources there are. */
  readonly chains: readonly (DeployedChainArgs | ExternalChainArgs)[];
  readonly iguana: IguanaArgs;
  readonly agentImage: pulumi.Input<string>;
  /**
   * The stack's name in the lease's holder, for people; the stack's current name if absent. Then a rename of the stack
   * replaces the agent.
   */
  readonly stackName?: string | undefined;
}

/**
 * What the program of an operator needs to call a notary's Iguana from elsewhere.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import type { NotaryNode } from "dokomodo";
 *
 * // `npx dokomodo iguana` looks for a stack output `notaries` of this form.
 * export function notariesOutput(name: string, { operator }: NotaryNode) {
 *   return { [name]: operator === undefined ? {} : { operator: pulumi.secret(operator) } };
 * }
 * ```
 */
export interface OperatorAccess extends Identity {
  readonly address: WorkloadAddress;
}

/**
 * One notary: Iguana and its chains under one key, on a network and under an authority of their own.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { type ChainList, type DaemonArgs, type IguanaArgs, NotaryNode, type Platform } from "dokomodo";
 *
 * // A notary of all chains of a list, with everything on host alpha.
 * export function east(platform: Platform, { chains }: ChainList, daemon: DaemonArgs, iguana: IguanaArgs) {
 *   return new NotaryNode("east", {
 *     platform,
 *     passphrase: new pulumi.Config().requireSecret("passphrase"),
 *     chains: [...chains.values()].map((chain) => ({ chain, daemon, host: "alpha" })),
 *     iguana,
 *     agentImage: "registry.example/node:20",
 *     host: "alpha",
 *     ipAddress: "198.51.100.10",
 *     peers: ["203.0.113.7"],
 *     linkPort: 7443,
 *     lease: { kind: "witnesses", hosts: ["alpha"] },
 *   });
 * }
 * ```
 */
export class NotaryNode extends pulumi.ComponentResource {
  static readonly type = "dokomodo:index:NotaryNode";

  /** Compressed public key, 66 hex digits. */
  readonly publicKey: pulumi.Output<string>;
  /** The key's address on each chain, keyed by symbol. */
  readonly addresses: pulumi.Output<Record<string, string>>;
  /** The notary's chains, keyed by symbol. */
  readonly chains: ReadonlyMap<string, Callee>;
  /** Absent unless Iguana's `listenToAll` is set. */
  readonly operator?: OperatorAccess | undefined;

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
    const witnesses = witnessesOf(args).map((host) => {
      const image = args.agentImage;
      return new Witness(witnessName(name, host), { host, network, authority, image, publicKey }, child);
    });
    const operator = args.iguana.listenToAll
      ? createIdentity(`${name}-operator`, "operator", authority, child)
      : undefined;
    const { workload } = new IguanaInstance(
      iguanaName(name),
      {
        ...args,
        network,
        authority,
        publicKey,
        passphrase,
        chains: [...this.chains.values()],
        witnesses,
        operator,
        lease:
          args.lease.kind === "platform"
            ? network.lease(args.host, pulumi.interpolate`dokomodo-${publicKey}`)
            : undefined,
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

  /** Creates the chains, callees before callers, because a caller's files hold the credentials of its callees. */
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
      const childName = daemonName(name, symbol);
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
