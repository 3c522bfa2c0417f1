import * as pulumi from "@pulumi/pulumi";
import { NotaryNode, type OperatorAccess } from "../components/NotaryNode";
import type { Stack } from "../config/stack";
import { deployedChains } from "../notary/placement";
import { PlatformByHost } from "../platforms/byHost";
import type { Platform } from "../platforms/platform";
import type { RollOut } from "../platforms/RollOut";
import type { StackRun } from "./run";

/** What the stack tells of a notary. */
export interface NotaryOutputs {
  readonly publicKey: pulumi.Output<string>;
  /** By symbol. */
  readonly addresses: pulumi.Output<Record<string, string>>;
  /** Where each daemon of the notary's own runs, by symbol. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Secret; for `dokomodo iguana`. */
  readonly operator?: pulumi.Output<pulumi.Unwrap<OperatorAccess>>;
}

export interface StackOutputs {
  readonly notaries: Readonly<Record<string, NotaryOutputs>>;
  /** The name that the stack was first brought up under. Labels, and what is named after the stack, go by it. */
  readonly name: string;
  /** What the platforms of the stack's hosts keep, such as the cluster's namespace. */
  readonly [key: string]: unknown;
}

/**
 * Registers the hosts and notaries of a stack. Hosts that are skipped are left alone, and so is all that runs on them. The
 * program has to fail then, or the engine would take what was not registered for gone.
 * @param rollOut decides when workloads that run may be replaced; all at once where absent
 */
export function deploy(stack: Stack, run: StackRun, rollOut?: RollOut): StackOutputs {
  const { stackName } = run;
  const platform = platformOf(stack, run, rollOut);
  const notaries = stack.notaries.map(({ name, ...args }): [string, NotaryOutputs] => {
    const { publicKey, addresses, operator } = new NotaryNode(name, { ...args, platform, stackName });
    const hosts = Object.fromEntries(deployedChains(args).map(({ chain, host }) => [chain.symbol, host]));
    const access = operator === undefined ? {} : { operator: pulumi.secret(operator) };
    return [name, { publicKey, addresses, hosts, ...access }];
  });
  return {
    ...Object.assign({}, ...run.platforms.map(({ platformRun }) => platformRun.outputs)),
    notaries: Object.fromEntries(notaries),
    name: stackName,
  };
}

/** The platform of all hosts, or each host's own. */
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
