import type { LeaseObjectName } from "../lease/leaseObjectRules";

/**
 * What the stack's program hands to the agent: two files in the agent's container. components/IguanaInstance writes
 * them for a notary, components/NodeAgent for a node without Iguana, and runtime/agent reads them. Anyone may read the
 * first file; the second holds secrets.
 */

/** `/run/dokomodo/agent/plan.json` */
export type AgentPlan = NodePlan | NotaryPlan;

/** What a node and a notary have in common. */
interface CommonPlan {
  /** Port on 127.0.0.1 on which the agent serves /healthz, /status and /readings. */
  readonly listenPort: number;
  /** Seconds between two looks at the same daemon; 3 where absent. */
  readonly pollSeconds?: number | undefined;
  /** When the certificates of its links end, in RFC 3339, keyed by the workload that has the certificate. */
  readonly certificates?: Readonly<Record<string, string>> | undefined;
}

/**
 * The plan of a node without Iguana: the agent reads the daemons, and keeps the key in their wallets if there is one.
 */
export interface NodePlan extends CommonPlan {
  /** The compressed public key of the node, 66 hex digits. Absent if the node has no key. */
  readonly publicKey?: string | undefined;
  readonly coins: readonly AgentCoin[];
  readonly iguana?: undefined;
}

/** The plan of a notary: the agent brings Iguana up as well. */
export interface NotaryPlan extends CommonPlan {
  /** The compressed public key of the notary, 66 hex digits. */
  readonly publicKey: string;
  /** In the order in which they are added. */
  readonly coins: readonly NotaryCoin[];
  readonly iguana: IguanaPlan;
}

/** What the agent needs to know of Iguana. */
export interface IguanaPlan {
  /** Port of Iguana's RPC on 127.0.0.1 of the shared network namespace (7776 for `iguana notary`). */
  readonly rpcPort: number;
  /** The notary's IPv4 address as other notaries reach it, for `SuperNET/myipaddr`. */
  readonly ipAddress: string;
  /** IPv4 addresses of the notaries to add (`iguana/addnotary`), this notary's own included. */
  readonly notaries: readonly string[];
  /** The file of Iguana's container that holds `toldDigest` of the plan it was made for (told.ts); an absolute path. */
  readonly toldFile: string;
  /** Where absent, Iguana is brought up whether or not another one runs with its key. */
  readonly lease?: LeasePlan | undefined;
}

/** Who makes sure that no other Iguana of the same key runs: witnesses, or on Kubernetes a Lease object. */
export type LeasePlan = WitnessedLease | ObjectLease;

interface LeaseHolder {
  /** This instance for people: `notary east of stack prod on host alpha`. */
  readonly holder: string;
}

export interface WitnessedLease extends LeaseHolder {
  /** A majority of them has to grant the lease: 1 of 1, 2 of 3. */
  readonly witnesses: readonly {
    /** The name of the witness's host. */
    readonly name: string;
    /** The port on 127.0.0.1 from which the proxy leads to the witness. */
    readonly port: number;
  }[];
}

export interface ObjectLease extends LeaseHolder {
  /**
   * A Lease of coordination.k8s.io/v1. The agent makes it where it is absent. It calls the cluster's API server with
   * the token and the authority in `/run/dokomodo/api`: `token` and `ca.crt`.
   */
  readonly object: LeaseObjectName;
}

/** A chain whose daemon the agent calls. */
export interface AgentCoin {
  /** Iguana's symbol, at most 15 bytes. */
  readonly symbol: string;
  /** Port on 127.0.0.1 on which the chain's RPC answers (the proxy's end of the link). */
  readonly rpcPort: number;
  /** The key's address with this chain's prefixes. Absent if the node has no key. */
  readonly address?: string | undefined;
  /** `false`: the key must not go to this daemon, because somebody else runs it. */
  readonly importsKey?: boolean | undefined;
}

/** A chain whose daemon's wallet is to have the key. */
export interface KeyedCoin extends AgentCoin {
  readonly address: string;
}

/** A chain that Iguana is told of. */
export interface NotaryCoin extends KeyedCoin {
  /** Iguana's `addcoin` request without credentials. */
  readonly addcoin: Readonly<Record<string, string | number>>;
  /** Where absent, the coin is only added and never notarised. */
  readonly dpow?: { readonly dest: string; readonly freq: number } | undefined;
  /** The size in satoshi of a notary UTXO of this chain. */
  readonly utxoSize: number;
  /** Where absent, no coin is split. */
  readonly utxos?: UtxoBounds | undefined;
}

/** How many notary UTXOs a coin is to have (notary/types.ts). */
export interface UtxoBounds {
  /** Where there are fewer, the agent splits coins of the notary's address. */
  readonly low: number;
  /** It makes up to so many. */
  readonly high: number;
  /** Where true, the agent's status says what would be split, and nothing is. */
  readonly dryRun?: boolean | undefined;
}

/** `/run/dokomodo/agent/secrets.json` */
export interface AgentSecrets {
  /** The notary's passphrase, which Iguana's wallet is unlocked with. Absent where the plan has no Iguana. */
  readonly passphrase?: string | undefined;
  /** Keyed by symbol. */
  readonly coins: Readonly<Record<string, CoinSecrets>>;
}

export interface CoinSecrets {
  readonly rpcUser: string;
  readonly rpcPassword: string;
  /** Absent if the node has no key. */
  readonly wif?: string | undefined;
}

export interface KeyedSecrets extends CoinSecrets {
  readonly wif: string;
}
