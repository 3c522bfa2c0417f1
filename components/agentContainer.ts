import * as pulumi from "@pulumi/pulumi";
import type { Chain } from "../chains/chain";
import { address, deriveKeys, wif } from "../chains/keys";
import { AGENT_MEMORY_MIB } from "../notary/memory";
import { AGENT_ROLE } from "../notary/names";
import type { ContainerArgs } from "../platforms/platform";
import type { AgentCoin, AgentPlan, AgentSecrets, CoinSecrets, KeyedCoin } from "../runtime/agent/plan";
import { runtimeFile } from "../runtime/runtimeFile";
import type { IssuedIdentity } from "./authority";
import type { Callee } from "./Callee";

export interface AgentContainerArgs {
  /** Image with Node 18 or newer. */
  readonly image: pulumi.Input<string>;
  /** `uid:gid` */
  readonly user: string;
  readonly plan: pulumi.Output<AgentPlan>;
  /** A secret. */
  readonly secrets: pulumi.Output<AgentSecrets>;
  readonly lease?: ContainerArgs["lease"];
}

const DIRECTORY = "/run/dokomodo/agent";
const COMMAND = ["node", `${DIRECTORY}/agent.cjs`];

/** The container of the agent: Iguana's, or that of a node without Iguana. */
export function agentContainer({ image, user, plan, secrets, lease }: AgentContainerArgs): ContainerArgs {
  return {
    role: AGENT_ROLE,
    image,
    command: [...COMMAND],
    user,
    environment: {},
    files: [
      { path: `${DIRECTORY}/agent.cjs`, content: runtimeFile("agent.cjs") },
      { path: `${DIRECTORY}/plan.json`, content: plan.apply((it) => JSON.stringify(it)) },
      { path: `${DIRECTORY}/secrets.json`, content: secrets.apply((it) => JSON.stringify(it)) },
    ],
    memoryMiB: AGENT_MEMORY_MIB,
    graceSeconds: 10,
    healthCommand: [...COMMAND, "healthz"],
    lease,
  };
}

/** What the agent knows of a chain, whether or not there is an Iguana. */
export function agentCoin(callee: Callee, publicKey: string): KeyedCoin;
export function agentCoin(callee: Callee, publicKey: string | undefined): AgentCoin;
export function agentCoin({ chain, importsKey }: Callee, publicKey: string | undefined): AgentCoin {
  const { symbol, rpcPort } = chain;
  if (publicKey === undefined) return { symbol, rpcPort };
  const own = address(publicKey, chain.prefixes);
  return { symbol, rpcPort, address: own, importsKey: importsKey ? undefined : false };
}

/** When the certificate of each identity ends, keyed by the workload that has it. */
export function endsOf(identities: readonly IssuedIdentity[]): pulumi.Output<Record<string, string>> {
  return pulumi.all(Object.fromEntries(identities.map(({ name, validUntil }) => [name, validUntil])));
}

/** With what the agent calls each chain, and the key that it imports there if there is one, keyed by symbol. */
export function coinSecrets(
  chains: readonly Callee[],
  passphrase: pulumi.Input<string> | undefined,
): pulumi.Output<Record<string, CoinSecrets>> {
  const credentials = pulumi.all(
    chains.map(({ chain, rpcUser, rpcPassword }) =>
      pulumi.all([rpcUser, rpcPassword]).apply(([user, password]) => ({ chain, user, password })),
    ),
  );
  return pulumi.secret(
    pulumi.all([passphrase, credentials]).apply(([phrase, coins]) => withKeys(phrase, coins)),
  );
}

function withKeys(
  passphrase: string | undefined,
  coins: readonly { readonly chain: Chain; readonly user: string; readonly password: string }[],
): Record<string, CoinSecrets> {
  const keys = passphrase === undefined ? undefined : deriveKeys(passphrase);
  return Object.fromEntries(
    coins.map(({ chain, user, password }) => [
      chain.symbol,
      {
        rpcUser: user,
        rpcPassword: password,
        ...(keys === undefined ? {} : { wif: wif(keys.privateKey, chain.prefixes) }),
      },
    ]),
  );
}
