import * as pulumi from "@pulumi/pulumi";
import { ChainNode } from "../components/ChainNode";
import type { ClientAccess } from "../components/ClientProxy";
import { NotaryNode, type OperatorAccess } from "../components/NotaryNode";
import type { Stack } from "../config/stack";
import { deployedChains } from "../notary/placement";
import type { Node } from "../notary/types";
import { PlatformByHost } from "../platforms/byHost";
import type { Platform } from "../platforms/platform";
import type { RollOut } from "../platforms/RollOut";
import type { LastRun } from "./lastRun";
import type { StackRun } from "./run";

/** What the stack's outputs say of a node. */
export interface NodeOutputs {
  /** Absent if the node has no passphrase. */
  readonly publicKey?: pulumi.Output<string> | undefined;
  /** The key's address on each chain, keyed by symbol. Absent if the node has no passphrase. */
  readonly addresses?: pulumi.Output<Record<string, string>> | undefined;
  /** The host of each daemon that the node runs, keyed by symbol. */
  readonly hosts: Readonly<Record<string, string>>;
  /**
   * A secret: with what each client calls the node's chains, keyed by name. `dokomodo rpc` uses `operator`'s. Absent if
   * the node has no clients.
   */
  readonly clients?: pulumi.Output<pulumi.Unwrap<Readonly<Record<string, ClientAccess>>>> | undefined;
  /** When each client's certificate ends, in RFC 3339, keyed by the client's name. Absent if the node has no clients. */
  readonly certificatesUntil?: Readonly<Record<string, pulumi.Output<string>>> | undefined;
}

/** What the stack's outputs say of a notary. */
export interface NotaryOutputs extends NodeOutputs {
  /** A secret, with which `dokomodo iguana` calls Iguana. Absent unless Iguana's `listenToAll` is set. */
  readonly operator?: pulumi.Output<pulumi.Unwrap<OperatorAccess>> | undefined;
}

export interface StackOutputs {
  readonly notaries: Readonly<Record<string, NotaryOutputs>>;
  /** The nodes without Iguana. */
  readonly nodes: Readonly<Record<string, NodeOutputs>>;
  /** The name that the stack was first brought up under. Labels and names keep it when the stack is renamed. */
  readonly name: string;
  /** Outputs of the platforms, such as the cluster's namespace. */
  readonly [key: string]: unknown;
}

/**
 * Registers the hosts, notaries and nodes of a stack. Nothing is registered for hosts that are skipped, so the program
 * has to fail then. Otherwise the engine would delete what runs on them (docs/internals/pulumi.md, what is not
 * registered is deleted).
 * @param rollOut decides when workloads that run may be replaced; all at once if absent
 * @param before the outputs of the stack's last run
 */
export function deploy(
  stack: Stack,
  run: StackRun,
  rollOut?: RollOut,
  before: LastRun["outputs"] = {},
): StackOutputs {
  const { stackName } = run;
  const platform = platformOf(stack, run, rollOut);
  const notaries = stack.notaries.map(({ name, ...args }): [string, NotaryOutputs] => {
    const { publicKey, addresses, operator, clients } = new NotaryNode(
      name,
      { ...args, platform, stackName },
      wasAnother(ChainNode, name, before["nodes"]),
    );
    return [
      name,
      {
        publicKey,
        addresses,
        hosts: daemonHosts(args),
        operator: operator && pulumi.secret(operator),
        ...clientOutputs(clients),
      },
    ];
  });
  const nodes = stack.nodes.map(({ name, ...args }): [string, NodeOutputs] => {
    const { publicKey, addresses, clients } = new ChainNode(
      name,
      { ...args, platform },
      wasAnother(NotaryNode, name, before["notaries"]),
    );
    return [name, { publicKey, addresses, hosts: daemonHosts(args), ...clientOutputs(clients) }];
  });
  return {
    ...Object.assign({}, ...run.platforms.map(({ platformRun }) => platformRun.outputs)),
    notaries: Object.fromEntries(notaries),
    nodes: Object.fromEntries(nodes),
    name: stackName,
  };
}

/**
 * Options of a component that was one of another type in the last run: a notary that becomes a node, or the other way
 * round. Everything that both have keeps its place in the state, and so volumes, passwords and certificates stay.
 * @param outputs what the last run wrote about components of the other type, keyed by name
 */
function wasAnother(
  { type }: { readonly type: string },
  name: string,
  outputs: unknown,
): pulumi.ComponentResourceOptions {
  return name in Object(outputs) ? { aliases: [{ type }] } : {};
}

function clientOutputs(clients: ChainNode["clients"]): Pick<NodeOutputs, "clients" | "certificatesUntil"> {
  if (clients === undefined) return {};
  const ends = Object.entries(clients).map(([name, { validUntil }]) => [name, validUntil]);
  return { clients: pulumi.secret(clients), certificatesUntil: Object.fromEntries(ends) };
}

/** The host of each daemon that a node runs, keyed by symbol. */
function daemonHosts(node: Pick<Node, "chains">): Record<string, string> {
  return Object.fromEntries(deployedChains(node).map(({ chain, host }) => [chain.symbol, host]));
}

/** The platform of all hosts, or one that leads to each host's own platform. */
function platformOf({ hosts }: Stack, { platforms }: StackRun, rollOut: RollOut | undefined): Platform {
  const registered = platforms.map(({ share, platformRun }) => ({
    share,
    platform: platformRun.platform(rollOut),
  }));
  const [first, ...others] = registered;
  if (first !== undefined && others.length === 0) return first.platform;
  const byHost = hosts.flatMap(({ name }) =>
    registered
      .filter(({ share }) => share.hosts.includes(name))
      .map(({ platform }): [string, Platform] => [name, platform]),
  );
  return new PlatformByHost(Object.fromEntries(byHost));
}
