import * as pulumi from "@pulumi/pulumi";
import { COMPONENT_TYPES } from "../notary/componentTypes";
import { iguanaName, witnessName } from "../notary/names";
import { witnessesOf } from "../notary/placement";
import type { Notary } from "../notary/types";
import type { Identity, WorkloadAddress } from "../platforms/platform";
import { addressesOf, ChainNode, type ChainNodeArgs, publicKeyOf } from "./ChainNode";
import { type IguanaArgs, IguanaInstance } from "./IguanaInstance";
import { Witness } from "./Witness";

export interface NotaryNodeArgs
  extends ChainNodeArgs,
    Pick<Notary, "ipAddress" | "peers" | "lease" | "utxos"> {
  /** The notary's passphrase or WIF. All keys are derived from it. */
  readonly passphrase: pulumi.Input<string>;
  readonly iguana: IguanaArgs;
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
 * One notary: a node with Iguana, which notarises the node's chains with one key.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import {
 *   type ChainList,
 *   type DaemonArgs,
 *   DEFAULT_IMAGES,
 *   type IguanaArgs,
 *   NotaryNode,
 *   type Platform,
 * } from "dokomodo";
 *
 * // A notary of all chains of a list, with everything on host alpha.
 * export function east(platform: Platform, { chains }: ChainList, daemon: DaemonArgs, iguana: IguanaArgs) {
 *   return new NotaryNode("east", {
 *     platform,
 *     passphrase: new pulumi.Config().requireSecret("passphrase"),
 *     chains: [...chains.values()].map((chain) => ({ chain, daemon, host: "alpha" })),
 *     iguana,
 *     agentImage: DEFAULT_IMAGES.agent,
 *     host: "alpha",
 *     ipAddress: "198.51.100.10",
 *     peers: ["203.0.113.7"],
 *     linkPort: 7443,
 *     lease: { kind: "witnesses", hosts: ["alpha"] },
 *   });
 * }
 * ```
 */
export class NotaryNode extends ChainNode {
  static override readonly type = COMPONENT_TYPES.notaryNode;

  override readonly publicKey: pulumi.Output<string>;
  override readonly addresses: pulumi.Output<Record<string, string>>;
  /** Absent unless Iguana's `listenToAll` is set. */
  readonly operator?: OperatorAccess | undefined;

  constructor(name: string, args: NotaryNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, args, opts);
    const { network, authority } = this;
    const child = { parent: this };
    const passphrase = pulumi.secret(args.passphrase);
    const publicKey = publicKeyOf(passphrase);
    this.publicKey = publicKey;
    this.addresses = addressesOf(publicKey, args.chains);
    const witnesses = witnessesOf(args).map((host) => {
      const image = args.agentImage;
      return new Witness(witnessName(name, host), { host, network, authority, image, publicKey }, child);
    });
    const operator = args.iguana.listenToAll ? this.operatorIdentity : undefined;
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
  }
}
