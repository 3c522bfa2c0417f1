import * as pulumi from "@pulumi/pulumi";
import { COMPONENT_TYPES } from "../notary/componentTypes";
import { AGENT_PORT } from "../notary/ports";
import type { Network } from "../platforms/platform";
import type { NodePlan } from "../runtime/agent/plan";
import { agentCoin, agentContainer, coinSecrets, endsOf } from "./agentContainer";
import { type Authority, createIdentity } from "./authority";
import { type Callee, inOrder } from "./Callee";

export interface NodeAgentArgs {
  /** The node's name. */
  readonly node: string;
  readonly host: string;
  readonly network: Network;
  readonly authority: Authority;
  /** Image with Node 18 or newer. */
  readonly image: pulumi.Input<string>;
  /** The node's key; absent if it has none. */
  readonly key?:
    | { readonly publicKey: pulumi.Output<string>; readonly passphrase: pulumi.Input<string> }
    | undefined;
  readonly chains: readonly Callee[];
}

/**
 * The agent of a node without Iguana. It reads the node's daemons, and keeps the node's key in their wallets if there is
 * one. It has the key of each chain and no passphrase. Nobody calls it.
 */
export class NodeAgent extends pulumi.ComponentResource {
  static readonly type = COMPONENT_TYPES.nodeAgent;

  constructor(name: string, args: NodeAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super(NodeAgent.type, name, {}, opts);
    const child = { parent: this };
    const { host, image, key } = args;
    const chains = inOrder(args.chains);
    const identity = createIdentity(name, "agent", args.authority, child);
    const ends = endsOf([identity, ...chains.flatMap((chain) => chain.identity ?? [])]);
    const plan = pulumi.all([key?.publicKey, ends]).apply(
      ([publicKey, certificates]): NodePlan => ({
        listenPort: AGENT_PORT,
        publicKey,
        certificates,
        coins: chains.map((chain) => agentCoin(chain, publicKey)),
      }),
    );
    const secrets = pulumi.secret(coinSecrets(chains, key?.passphrase).apply((coins) => ({ coins })));
    args.network.workload(
      name,
      {
        host,
        labels: { "dokomodo.agent": args.node },
        containers: [agentContainer({ image, user: "1000:1000", plan, secrets })],
        publishedPorts: [],
        calls: chains.map((chain) => chain.callFrom(host)),
        identity,
      },
      child,
    );
    this.registerOutputs({});
  }
}
