import * as pulumi from "@pulumi/pulumi";
import { addcoinRequest } from "../chains/addcoin";
import { notaryUtxoSize } from "../chains/notaryUtxo";
import { COMPONENT_TYPES } from "../notary/componentTypes";
import { electedFile } from "../notary/electedFile";
import { AGENT_PORT, witnessPort } from "../notary/ports";
import type { Iguana, UtxoBounds } from "../notary/types";
import type { LeaseLocation, Network, Workload } from "../platforms/platform";
import type { AgentSecrets, LeasePlan, NotaryCoin, NotaryPlan } from "../runtime/agent/plan";
import { toldDigest } from "../runtime/agent/told";
import { agentCoin, agentContainer, coinSecrets, endsOf } from "./agentContainer";
import { type Authority, createIdentity, type IssuedIdentity } from "./authority";
import { type Callee, inOrder } from "./Callee";
import { behindEntrypoint, homeFiles } from "./homeFiles";
import type { Witness } from "./Witness";

/**
 * How Iguana is run.
 *
 * @example
 * ```ts
 * import type { Elected, IguanaArgs } from "dokomodo";
 *
 * // Left out, it is the list of the image.
 * const elected: Elected = {
 *   BTCminsigs: 2,
 *   minsigs: 2,
 *   seeds: Array<string>(8).fill("203.0.113.7"),
 *   notaries: [{ mine: "own" }, { theirs: "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798" }],
 * };
 * const iguana: IguanaArgs = {
 *   image: "registry.example/iguana:1",
 *   command: ["iguana", "notary"],
 *   user: "3004:3004",
 *   home: "/home/iguana",
 *   directory: "/home/iguana",
 *   rpcPort: 7776,
 *   busPort: 7775,
 *   elected,
 *   memoryMiB: 4096,
 *   listenToAll: true,
 * };
 * ```
 */
export interface IguanaArgs extends Omit<Iguana, "image"> {
  readonly image: pulumi.Input<string>;
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
  /** How many notary UTXOs the agent keeps, keyed by the chain's symbol. On any other chain it splits no coin. */
  readonly utxos?: Readonly<Record<string, UtxoBounds>> | undefined;
  /**
   * The witnesses that keep two Iguanas of one key from working at the same time: an odd number of them. None if the
   * platform lends the lease, or if nobody checks.
   */
  readonly witnesses: readonly Witness[];
  /** The certificate and key with which operators call Iguana from elsewhere. */
  readonly operator?: IssuedIdentity | undefined;
  /** The lease object, on a platform that lends the lease itself. There are no witnesses then. */
  readonly lease?: LeaseLocation | undefined;
  /** This Iguana as the holder of the lease, for people: `notary east of stack prod on host alpha`. */
  readonly holder: string;
}

/**
 * The file of Iguana's container with a digest of all that the agent tells Iguana. A change of it makes another
 * container, because Iguana forgets nothing until it ends (docs/internals/domain.md, what Iguana cannot be untold).
 */
const TOLD_FILE = "/run/dokomodo/told";
/**
 * Seconds for Iguana to end. It is short, because Iguana has nothing to write then (docs/internals/domain.md, signals).
 */
const IGUANA_GRACE_SECONDS = 30;

/**
 * Iguana with its chains' confs, the proxy that leads to them, and the agent that brings it up.
 *
 * @example
 * ```ts
 * import type * as pulumi from "@pulumi/pulumi";
 * import {
 *   type Callee,
 *   createAuthority,
 *   DEFAULT_IMAGES,
 *   type IguanaArgs,
 *   IguanaInstance,
 *   type Network,
 * } from "dokomodo";
 *
 * // Iguana alone. A NotaryNode makes its daemons, too, and keeps a second Iguana of the same key from working.
 * export function iguanaAlone(
 *   network: Network,
 *   iguana: IguanaArgs,
 *   chains: readonly Callee[],
 *   key: { readonly passphrase: pulumi.Output<string>; readonly publicKey: pulumi.Output<string> },
 * ) {
 *   return new IguanaInstance("lone-iguana", {
 *     ...key,
 *     iguana,
 *     chains,
 *     network,
 *     authority: createAuthority("lone", {}),
 *     agentImage: DEFAULT_IMAGES.agent,
 *     host: "alpha",
 *     ipAddress: "198.51.100.10",
 *     peers: ["203.0.113.7"],
 *     witnesses: [],
 *     holder: "notary lone on host alpha",
 *   });
 * }
 * ```
 */
export class IguanaInstance extends pulumi.ComponentResource {
  static readonly type = COMPONENT_TYPES.iguanaInstance;

  readonly workload: Workload;

  constructor(name: string, args: IguanaInstanceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(IguanaInstance.type, name, {}, opts);
    const { iguana } = args;
    const chains = inOrder(args.chains);
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
              ...filesOfElected(args),
            ]).concat({ path: TOLD_FILE, content: told }),
            // The home may be empty at each start, because the agent tells Iguana everything again
            // (docs/internals/domain.md, what Iguana keeps).
            scratch: [iguana.home],
            memoryMiB: iguana.memoryMiB,
            requests: iguana.requests,
            graceSeconds: IGUANA_GRACE_SECONDS,
          },
          // The agent has Iguana's user, so that it can end Iguana when the lease is lost.
          agentContainer({ image: args.agentImage, user: iguana.user, plan, secrets, lease: args.lease }),
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
        // Iguana's answers have header lines with a blank before the colon, which HAProxy refuses in HTTP mode
        // (docs/internals/domain.md, Iguana's HTTP).
        serves: iguana.listenToAll
          ? { port: iguana.rpcPort, roles: ["operator"], protocol: "tcp" }
          : undefined,
        identity,
      },
      // The witnesses are replaced before Iguana. Its agent relies on a granted lease for 20 s, in which a witness
      // comes back.
      { parent: this, dependsOn: [...args.witnesses] },
    );
    this.registerOutputs({});
  }
}

function filesOfElected({ iguana, publicKey }: IguanaInstanceArgs) {
  const { elected } = iguana;
  if (elected === undefined) return [];
  const path = electedFile(iguana);
  if (path === undefined) throw new Error(`Iguana's elected file has to be under its home ${iguana.home}`);
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
  return [{ path, content }];
}

function agentPlan(
  args: IguanaInstanceArgs,
  chains: readonly Callee[],
  own: IssuedIdentity,
): pulumi.Output<NotaryPlan> {
  const all = [own, ...args.witnesses.map(({ identity }) => identity)];
  const identities = [...all, args.operator ?? [], chains.flatMap(({ identity }) => identity ?? [])].flat();
  const known = pulumi.all([args.publicKey, leaseOf(args), endsOf(identities)]);
  return known.apply(([publicKey, lease, certificates]): NotaryPlan => {
    return {
      listenPort: AGENT_PORT,
      publicKey,
      certificates,
      iguana: {
        rpcPort: args.iguana.rpcPort,
        ipAddress: args.ipAddress,
        notaries: [...new Set([args.ipAddress, ...args.peers])],
        toldFile: TOLD_FILE,
        lease,
      },
      coins: chains.map((callee): NotaryCoin => {
        const { chain } = callee;
        const { dest, freq } = chain;
        return {
          ...agentCoin(callee, publicKey),
          addcoin: addcoinRequest(chain, { home: args.iguana.home }),
          dpow: dest === undefined ? undefined : { dest, freq },
          utxoSize: notaryUtxoSize(chain.symbol),
          utxos: args.utxos?.[chain.symbol],
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

function agentSecrets(
  { passphrase }: IguanaInstanceArgs,
  chains: readonly Callee[],
): pulumi.Output<AgentSecrets> {
  const secrets = pulumi.all([passphrase, coinSecrets(chains, passphrase)]);
  return pulumi.secret(secrets.apply(([passphrase, coins]): AgentSecrets => ({ passphrase, coins })));
}
