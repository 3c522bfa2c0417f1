import type { ChainReading } from "./chain";

/** What an agent answers on /readings: everything that it knows of its node. */
export interface AgentReadings {
  /** When it answered, RFC 3339, by the clock of its host. */
  readonly at: string;
  /** The node's public key; absent if the node has no key. */
  readonly publicKey?: string | undefined;
  /** Keyed by symbol. */
  readonly chains: Readonly<Record<string, ChainReading>>;
  /** Absent in a node without Iguana. */
  readonly iguana?: IguanaReading | undefined;
  /** Days until the certificates of its links end, keyed by the workload that has the certificate. */
  readonly certificates: Readonly<Record<string, number>>;
  /** What else it warns of, for people. */
  readonly warnings: readonly string[];
}

export interface IguanaReading {
  /** As the agent's status names it: `ready`, `waiting-for-lease`, … */
  readonly state: string;
  readonly detail?: string | undefined;
  readonly since: string;
  readonly lease: {
    /** `held`, `waiting`, `lost`, `leaving`, `none-asked`. */
    readonly state: string;
    readonly detail?: string | undefined;
    /** Seconds for which it may still be relied on without a renewal. */
    readonly remainingSeconds?: number | undefined;
  };
  /** Chains that Iguana was told of and answers for. */
  readonly chains: number;
  /** Chains of them that it notarises. */
  readonly notarised: number;
  /** The height that Iguana has of each chain, keyed by symbol. */
  readonly heights: Readonly<Record<string, number>>;
}
