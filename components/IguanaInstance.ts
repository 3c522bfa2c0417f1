import * as pulumi from "@pulumi/pulumi";
import { addcoinRequest } from "../chains/addcoin";
import { address, deriveKeys, wif } from "../chains/keys";
import type { LeaseObject, Network, ResourceRequests, Workload } from "../platforms/platform";
import type { AgentCoin, AgentPlan, AgentSecrets, LeasePlan } from "../runtime/agent/plan";
import { toldDigest } from "../runtime/agent/told";
import { runtimeFile } from "../runtime/runtimeFile";
import { type Authority, createIdentity, type IssuedIdentity } from "./authority";
import type { Callee } from "./Callee";
import { behindEntrypoint, homeFiles } from "./homeFiles";
import type { Witness } from "./Witness";

/** How Iguana is run: what another image, or the real Iguana, needs to take its place. */
export interface IguanaArgs {
  readonly image: pulumi.Input<string>;
  /** Entry point and arguments; `iguana notary` for a main server. */
  readonly command: readonly string[];
  /** `uid:gid`; the agent's too, so that it can end Iguana when the lease is lost. */
  readonly user: string;
  /** Absolute path of the user's home in the image. */
  readonly home: string;
  /** Working directory, where Iguana looks for `elected`; under `home` where `elected` is given. */
  readonly directory: string;
  /** Port of Iguana's RPC: 7776 for `notary`, 7779 with a file. */
  readonly rpcPort: number;
  /** Port of the dPoW bus, the `port` of elected; published. */
  readonly busPort: number;
  /** Content of `elected`; absent where the image brings its own. */
  readonly elected?: Elected;
  readonly memoryMiB: number;
  readonly requests?: ResourceRequests;
  /** Whether its RPC answers callers with an operator's certificate, from elsewhere too. */
  readonly listenToAll: boolean;
}

/** Who notarises with whom. A notary whose key is `own` gets this notary's public key. */
export interface Elected {
  readonly BTCminsigs: number;
  readonly minsigs: number;
  /** IPv4 addresses; Iguana needs eight of them, repeats are fine. */
  readonly seeds: readonly string[];
  readonly notaries: readonly Readonly<Record<string, string>>[];
}

export interface IguanaInstanceArgs {
  readonly iguana: IguanaArgs;
  readonly agentImage: pulumi.Input<string>;
  readonly host: string;
  readonly network: Network;
  readonly authority: Authority;
  readonly publicKey: pulumi.Output<string>;
  readonly passphrase: pulumi.Output<string>;
  /** This notary's IPv4 address as the others reach it. */
  readonly ipAddress: string;
  /** IPv4 addresses of the other notaries. */
  readonly peers: readonly string[];
  readonly chains: readonly Callee[];
  /** Who keeps two Iguanas of one key from working at the same time; an odd number, or none for no such check. */
  readonly witnesses: readonly Witness[];
  /** The certificate and key with which operators call Iguana from elsewhere. */
  readonly operator?: IssuedIdentity;
  /** What takes their place where the platform has it. */
  readonly lease?: LeaseObject;
  /** Who this Iguana is to those that want its lease: `notary east of stack prod on host alpha`. */
  readonly holder: string;
}

/** Where the agent serves its state, on loopback of Iguana's network namespace. */
export const AGENT_PORT = 7780;

/** Where the agent finds the witnesses, on the same loopback. */
export function witnessPort(index: number): number {
  return AGENT_PORT + 1 + index;
}

/** In Iguana's container; another content makes another Iguana. */
const TOLD_FILE = "/run/dokomodo/told";
const AGENT_DIRECTORY = "/run/dokomodo/agent";
const AGENT_COMMAND = ["node", `${AGENT_DIRECTORY}/agent.cjs`];
/** Iguana has nothing to write at its end: its wallet is made again from the passphrase. */
const IGUANA_GRACE_SECONDS = 30;

/** Iguana with its chains' confs, the proxy that leads to them, and the agent that brings it up. */
export class IguanaInstance extends pulumi.ComponentResource {
  static readonly type = "dokomodo:index:IguanaInstance";

  readonly workload: Workload;

  constructor(name: string, args: IguanaInstanceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(IguanaInstance.type, name, {}, opts);
    const { iguana } = args;
    // Sorted, so that the order in which chains are listed changes nothing.
    const chains = [...args.chains].sort((a, b) => (a.chain.symbol < b.chain.symbol ? -1 : 1));
    const identity = createIdentity(name, "iguana", args.authority, { parent: this });
    const plan = agentPlan(args, chains, identity);
    const secrets = agentSecrets(args, chains);
    const told = pulumi.all([plan, secrets]).apply((both) => toldDigest(...both));
    this.workload = args.network.workload(
      name,
      {
        host: args.host,
        labels: { "dokomodo.iguana": name },
        containers: [
          {
            role: "iguana",
            image: iguana.image,
            command: behindEntrypoint(iguana.command),
            user: iguana.user,
            workingDirectory: iguana.directory,
            environment: { HOME: iguana.home },
            files: homeFiles([
              ...chains.map(({ chain, conf }) => ({ path: chain.confPath, content: conf })),
              ...electedFile(args),
            ]).concat({ path: TOLD_FILE, content: told }),
            // All that it keeps there is made again from the passphrase.
            scratch: [iguana.home],
            memoryMiB: iguana.memoryMiB,
            ...(iguana.requests === undefined ? {} : { requests: iguana.requests }),
            graceSeconds: IGUANA_GRACE_SECONDS,
          },
          {
            role: "agent",
            image: args.agentImage,
            command: [...AGENT_COMMAND],
            // Iguana's, so that the agent can end it when the lease is lost.
            user: iguana.user,
            environment: {},
            files: [
              { path: `${AGENT_DIRECTORY}/agent.cjs`, content: runtimeFile("agent.cjs") },
              { path: `${AGENT_DIRECTORY}/plan.json`, content: plan.apply((it) => JSON.stringify(it)) },
              { path: `${AGENT_DIRECTORY}/secrets.json`, content: secrets.apply((it) => JSON.stringify(it)) },
            ],
            memoryMiB: 256,
            graceSeconds: 10,
            healthCommand: [...AGENT_COMMAND, "healthz"],
            ...(args.lease === undefined ? {} : { lease: args.lease }),
          },
        ],
        publishedPorts: [{ internal: iguana.busPort, external: iguana.busPort }],
        calls: [
          ...chains.map((chain) => chain.callFrom(args.host)),
          ...args.witnesses.map(({ workload }, index) => ({
            name: workload.name,
            port: witnessPort(index),
            to: workload.addressFrom(args.host),
          })),
        ],
        // Its header lines have a blank before the colon, which no HTTP proxy takes (dPoW iguana_rpc.c).
        ...(iguana.listenToAll
          ? { serves: { port: iguana.rpcPort, roles: ["operator"], protocol: "tcp" as const } }
          : {}),
        identity,
      },
      // Its agent relies on a lease for 20 s, which is longer than a witness takes to be replaced, before it.
      { parent: this, dependsOn: [...args.witnesses] },
    );
    this.registerOutputs({});
  }
}

function electedFile({ iguana, publicKey }: IguanaInstanceArgs) {
  const { elected } = iguana;
  if (elected === undefined) return [];
  const content = publicKey.apply((own) =>
    JSON.stringify({
      port: iguana.busPort,
      rpcport: iguana.rpcPort,
      BTCminsigs: elected.BTCminsigs,
      minsigs: elected.minsigs,
      seeds: elected.seeds,
      notaries: elected.notaries.map((notary) =>
        Object.fromEntries(Object.entries(notary).map(([name, key]) => [name, key === "own" ? own : key])),
      ),
    }),
  );
  return [{ path: `${iguana.directory.slice(iguana.home.length)}/elected`.replace(/^\/+/, ""), content }];
}

function agentPlan(
  args: IguanaInstanceArgs,
  chains: readonly Callee[],
  own: IssuedIdentity,
): pulumi.Output<AgentPlan> {
  const all = [own, ...args.witnesses.map(({ identity }) => identity)];
  const identities = [...all, args.operator ?? [], chains.flatMap(({ identity }) => identity ?? [])].flat();
  const certificates = pulumi.all(
    Object.fromEntries(identities.map(({ name, validUntil }) => [name, validUntil])),
  );
  const known = pulumi.all([args.publicKey, leaseOf(args), certificates]);
  return known.apply(([publicKey, lease, certificates]): AgentPlan => {
    return {
      iguanaRpcPort: args.iguana.rpcPort,
      listenPort: AGENT_PORT,
      publicKey,
      ipAddress: args.ipAddress,
      notaries: [...new Set([args.ipAddress, ...args.peers])],
      toldFile: TOLD_FILE,
      certificates,
      ...(lease === undefined ? {} : { lease }),
      coins: chains.map(({ chain, importsKey }): AgentCoin => {
        const { dest, freq } = chain;
        return {
          symbol: chain.symbol,
          rpcPort: chain.rpcPort,
          address: address(publicKey, chain.prefixes),
          addcoin: addcoinRequest(chain, { home: args.iguana.home }),
          ...(dest === undefined ? {} : { dpow: { dest, freq } }),
          ...(importsKey ? {} : { importsKey }),
        };
      }),
    };
  });
}

function leaseOf({ witnesses, lease, holder }: IguanaInstanceArgs): pulumi.Input<LeasePlan | undefined> {
  if (lease !== undefined) {
    const object = pulumi.all([lease.namespace, lease.name]);
    return object.apply(([namespace, name]) => ({ holder, object: { namespace, name } }));
  }
  if (witnesses.length === 0) return undefined;
  const listed = witnesses.map(({ host }, index) => ({ name: host, port: witnessPort(index) }));
  return { holder, witnesses: listed };
}

function agentSecrets(args: IguanaInstanceArgs, chains: readonly Callee[]): pulumi.Output<AgentSecrets> {
  const credentials = chains.map(({ chain, rpcUser, rpcPassword }) =>
    pulumi.all([rpcUser, rpcPassword]).apply(([user, password]) => ({ chain, user, password })),
  );
  const content = pulumi
    .all([args.passphrase, pulumi.all(credentials)])
    .apply(([passphrase, coins]): AgentSecrets => {
      const { privateKey } = deriveKeys(passphrase);
      return {
        passphrase,
        coins: Object.fromEntries(
          coins.map(({ chain, user, password }) => [
            chain.symbol,
            { rpcUser: user, rpcPassword: password, wif: wif(privateKey, chain.prefixes) },
          ]),
        ),
      };
    });
  return pulumi.secret(content);
}
