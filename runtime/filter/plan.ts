/**
 * What the stack's program hands to the filter: two files. The first may be read by anyone, the second holds the
 * credentials of the daemons.
 */

/** The first file. */
export interface FilterPlan {
  /** Port on 127.0.0.1 on which the filter serves the proxy. */
  readonly port: number;
  /** Keyed by the name in the client's certificate. */
  readonly clients: Readonly<Record<string, FilterClient>>;
  /** Keyed by symbol. */
  readonly chains: Readonly<Record<string, FilterChain>>;
}

export interface FilterClient {
  /** Symbols of the chains that the client may call. */
  readonly chains: readonly string[];
  /** The methods that it may call, or ANY; DEFAULT_METHODS (methods.ts) where absent. */
  readonly allow?: readonly string[] | typeof ANY | undefined;
}

/** Stands for every method but NEVER_METHODS (methods.ts). It is for the stack's own operators. */
export const ANY = "any";

export interface FilterChain {
  /** Port on 127.0.0.1 that leads to the RPC of the chain's daemon. */
  readonly rpcPort: number;
}

/** The second file, keyed by symbol. */
export type FilterSecrets = Readonly<Record<string, DaemonCredentials>>;

export interface DaemonCredentials {
  readonly rpcUser: string;
  readonly rpcPassword: string;
}
