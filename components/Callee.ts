import * as pulumi from "@pulumi/pulumi";
import type { Chain } from "../chains/chain";
import { callerConf } from "../chains/conf";
import type { ExternalDaemon } from "../notary/types";
import type { CallArgs } from "../platforms/platform";
import type { IssuedIdentity } from "./authority";

/**
 * What those who call a chain need to know of it, whoever runs its daemon.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import type { Callee, NotaryNode } from "dokomodo";
 *
 * // The credentials of one of a notary's chains. The password is secret.
 * export function credentials(notary: NotaryNode, symbol: string) {
 *   const callee: Callee | undefined = notary.chains.get(symbol);
 *   if (callee === undefined) throw new pulumi.RunError(`the notary has no chain ${symbol}`);
 *   return { user: callee.rpcUser, password: callee.rpcPassword };
 * }
 * ```
 */
export interface Callee {
  readonly chain: Chain;
  /** `dokomodo` for every daemon that the notary runs. */
  readonly rpcUser: pulumi.Output<string>;
  readonly rpcPassword: pulumi.Output<string>;
  /** The chain's conf for those who call it (callerConf). */
  readonly conf: pulumi.Output<string>;
  /** Whether the agent may give the notary's private key to the daemon, if the daemon does not have it yet. */
  readonly importsKey: boolean;
  /** The certificate and key of the daemon's workload. Absent where somebody else runs the daemon. */
  readonly identity?: IssuedIdentity | undefined;
  /** The link by which a workload on this host calls the chain. */
  callFrom(host: string): CallArgs;
}

/**
 * A daemon that somebody else runs. Nothing is deployed for it.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import type { ExternalArgs } from "dokomodo";
 *
 * const litecoind: ExternalArgs = {
 *   url: "https://litecoin.example:9332",
 *   rpcUser: "notary",
 *   rpcPassword: new pulumi.Config().requireSecret("litecoinPassword"),
 *   importsKey: true,
 * };
 * ```
 */
export interface ExternalArgs extends Omit<ExternalDaemon, "rpcUser" | "rpcPassword"> {
  readonly rpcUser: pulumi.Input<string>;
  readonly rpcPassword: pulumi.Input<string>;
}

/**
 * The callee for a chain whose daemon somebody else runs.
 * @param name name of the links to it
 */
export function externalCallee(name: string, chain: Chain, args: ExternalArgs): Callee {
  const rpcUser = pulumi.output(args.rpcUser);
  const rpcPassword = pulumi.secret(args.rpcPassword);
  const { url, authority } = args;
  return {
    chain,
    rpcUser,
    rpcPassword,
    conf: pulumi.secret(
      pulumi
        .all([rpcUser, rpcPassword])
        .apply(([user, password]) => callerConf(chain, { rpcUser: user, rpcPassword: password })),
    ),
    importsKey: args.importsKey,
    callFrom: () => ({
      name,
      port: chain.rpcPort,
      to: { url, authority },
    }),
  };
}

/** Callees by symbol, so that the order in which they are listed changes nothing. */
export function inOrder(chains: Iterable<Callee>): Callee[] {
  return [...chains].sort((a, b) => (a.chain.symbol < b.chain.symbol ? -1 : 1));
}
