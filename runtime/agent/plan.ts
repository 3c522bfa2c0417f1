/**
 * What the program hands to the agent: two files in the agent's container, written by
 * components/IguanaInstance and read by runtime/agent. The first may be read by anyone, the second not.
 */

/** `/run/dokomodo/agent/plan.json` */
export interface AgentPlan {
  /** Port of Iguana's RPC on 127.0.0.1 of the shared network namespace (7776 for `iguana notary`). */
  readonly iguanaRpcPort: number;
  /** Port on 127.0.0.1 on which the agent serves /healthz and /status. */
  readonly listenPort: number;
  /** The notary's compressed public key, 66 hex digits. */
  readonly publicKey: string;
  /** The notary's IPv4 address as other notaries reach it, for `SuperNET/myipaddr`. */
  readonly ipAddress: string;
  /** IPv4 addresses of the notaries to add (`iguana/addnotary`), this notary's own included. */
  readonly notaries: readonly string[];
  /** In the order in which they are added. */
  readonly coins: readonly AgentCoin[];
  /** Seconds between two looks at the same daemon; 3 where absent. */
  readonly pollSeconds?: number;
  /** When the certificates of the notary's links end, in RFC 3339, by whose they are. */
  readonly certificates?: Readonly<Record<string, string>>;
  /** Where Iguana's container holds `toldDigest` of the plan that it was made for (told.ts); an absolute path. */
  readonly toldFile: string;
  /** Absent: Iguana is brought up whoever else runs with its key. */
  readonly lease?: LeasePlan;
}

/** Who says that no other Iguana of the same key runs: witnesses, or on Kubernetes a Lease object. */
export type LeasePlan = WitnessedLease | ObjectLease;

interface LeaseHolder {
  /** This instance, for people: `notary east of stack prod on host alpha`. */
  readonly holder: string;
}

export interface WitnessedLease extends LeaseHolder {
  /** A majority of them has to grant the lease: 1 of 1, 2 of 3. */
  readonly witnesses: readonly {
    /** Of its host. */
    readonly name: string;
    /** On 127.0.0.1, where the proxy leads to the witness. */
    readonly port: number;
  }[];
}

export interface ObjectLease extends LeaseHolder {
  /**
   * Of coordination.k8s.io/v1, made where it is absent. The cluster's API server is called with the token and the
   * authority in `/run/dokomodo/api`: `token` and `ca.crt`.
   */
  readonly object: { readonly namespace: string; readonly name: string };
}

export interface AgentCoin {
  /** Iguana's symbol, at most 15 bytes. */
  readonly symbol: string;
  /** Port on 127.0.0.1 on which the chain's RPC answers (the proxy's end of the link). */
  readonly rpcPort: number;
  /** The notary's address with this chain's prefixes. */
  readonly address: string;
  /** Iguana's `addcoin` request without credentials. */
  readonly addcoin: Readonly<Record<string, string | number>>;
  /** Absent: the coin is only added, never notarised. */
  readonly dpow?: { readonly dest: string; readonly freq: number };
  /** `false`: the notary's key may not go to this daemon, which somebody else runs. */
  readonly importsKey?: boolean;
}

/** `/run/dokomodo/agent/secrets.json` */
export interface AgentSecrets {
  readonly passphrase: string;
  /** By symbol. */
  readonly coins: Readonly<Record<string, CoinSecrets>>;
}

export interface CoinSecrets {
  readonly rpcUser: string;
  readonly rpcPassword: string;
  readonly wif: string;
}
