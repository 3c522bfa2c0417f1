import * as pulumi from "@pulumi/pulumi";
import { NotaryNode, type OperatorAccess } from "../components/NotaryNode";
import type { Stack } from "../config/stack";
import { deployedChains } from "../notary/placement";
import { PlatformByHost } from "../platforms/byHost";
import type { Platform } from "../platforms/platform";
import type { RollOut } from "../platforms/RollOut";
import type { StackRun } from "./run";

/** What the stack's outputs say of a notary. */
export interface NotaryOutputs {
  readonly publicKey: pulumi.Output<string>;
  /** The key's address on each chain, keyed by symbol. */
  readonly addresses: pulumi.Output<Record<string, string>>;
  /** The host of each daemon that the notary runs, keyed by symbol. */
  readonly hosts: Readonly<Record<string, string>>;
  /** A secret, with which `dokomodo iguana` calls Iguana. Absent unless Iguana's `listenToAll` is set. */
  readonly operator?: pulumi.Output<pulumi.Unwrap<OperatorAccess>> | undefined;
}

export interface StackOutputs {
  readonly notaries: Readonly<Record<string, NotaryOutputs>>;
  /** The name that the stack was first brought up under. Labels and names keep it when the stack is renamed. */
  readonly name: string;
  /** Outputs of the platforms, such as the cluster's namespace. */
  readonly [key: string]: unknown;
}

/**
 * Registers the hosts and notaries of a stack. Nothing is registered for hosts that are skipped, so the program has to
 * fail then. Otherwise the engine would delete what runs on them (docs/internals/pulumi.md, what is not registered is
 * deleted).
 * @param rollOut decides when workloads that run may be replaced; all at once if absent
 */
export function deploy(stack: Stack, run: StackRun, rollOut?: RollOut): StackOutputs {
  const { stackName } = run;
  const platform = platformOf(stack, run, rollOut);
  const notaries = stack.notaries.map(({ name, ...args }): [string, NotaryOutputs] => {
    const { publicKey, addresses, operator } = new NotaryNode(name, { ...args, platform, stackName });
    const hosts = Object.fromEntries(deployedChains(args).map(({ chain, host }) => [chain.symbol, host]));
    return [name, { publicKey, addresses, hosts, operator: operator && pulumi.secret(operator) }];
  });
  return {
    ...Object.assign({}, ...run.platforms.map(({ platformRun }) => platformRun.outputs)),
    notaries: Object.fromEntries(notaries),
    name: stackName,
  };
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
