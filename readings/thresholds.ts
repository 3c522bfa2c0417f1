/** From where on a value is no longer good. A value at the bound itself is already doubtful or bad. */
export interface Threshold {
  /** On which side of its bounds the value is not good. */
  readonly side: "high" | "low";
  readonly unit: Unit;
  readonly doubtful: number;
  /** Absent if the value alone is never bad. */
  readonly bad?: number | undefined;
  /** Why the bounds are there. */
  readonly why: string;
}

/** `share` is a part of 1. */
export type Unit = "blocks" | "s" | "ms" | "peers" | "coins" | "UTXOs" | "days" | "bytes" | "share" | "times";

export type Thresholds = Readonly<Record<keyof typeof THRESHOLDS, Threshold>>;

const GIB = 2 ** 30;

/** The defaults for every value that is judged. */
export const THRESHOLDS = {
  lag: {
    side: "high",
    unit: "blocks",
    doubtful: 3,
    bad: 20,
    why: "a block or two may be on their way; with 20 the daemon does not follow its peers",
  },
  standstill: {
    side: "high",
    unit: "s",
    doubtful: 120,
    bad: 600,
    why: "a daemon that lags and has had no new block for 10 minutes does not catch up by itself",
  },
  tipAge: {
    side: "high",
    unit: "s",
    doubtful: 4 * 3600,
    why: "chains of proof of work have gaps of hours; a chain on which nobody mines is not the daemon's fault",
  },
  peers: {
    side: "low",
    unit: "peers",
    doubtful: 2,
    bad: 0,
    why: "without peers there are no new blocks, and one or two peers decide alone what the daemon sees",
  },
  latency: {
    side: "high",
    unit: "ms",
    doubtful: 2000,
    bad: 5000,
    why: "the daemon has four threads for calls; Iguana and the agent wait for them in line",
  },
  fork: {
    side: "high",
    unit: "blocks",
    doubtful: 2,
    bad: 6,
    why: "branches of one block are usual; the daemon may be on the wrong side of a branch of six",
  },
  balance: {
    side: "low",
    unit: "coins",
    doubtful: 0.1,
    bad: 0.002,
    why: "what is left pays for the next notary UTXOs of 0.0001 coins; 0.002 is 20 of them",
  },
  notaryUtxos: {
    side: "low",
    unit: "UTXOs",
    doubtful: 9,
    bad: 0,
    why: "each round takes one, and it comes back after the round's end; the config's low bound takes the place of 9",
  },
  notarisationAge: {
    side: "high",
    unit: "blocks",
    doubtful: 150,
    bad: 1440,
    why: "dPoW calls a chain irregular after 2.5 hours and inactive after a day, with a block a minute",
  },
  iguanaLag: {
    side: "high",
    unit: "blocks",
    doubtful: 3,
    bad: 20,
    why: "Iguana sees a block within seconds; it does not notarise what it does not see",
  },
  lease: {
    side: "low",
    unit: "s",
    doubtful: 12,
    bad: 5,
    why: "it is renewed every 5 s for 20 s, so with 12 s two renewals have failed; at 0 s Iguana is ended",
  },
  certificate: {
    side: "low",
    unit: "days",
    doubtful: 59,
    bad: 13,
    why: "an `up` renews it a year before its end, so somebody has not run one for long",
  },
  diskFreeBytes: {
    side: "low",
    unit: "bytes",
    doubtful: 20 * GIB,
    bad: 5 * GIB,
    why: "a chain's database cannot be repaired if it ran out of room while it wrote",
  },
  diskFreeShare: {
    side: "low",
    unit: "share",
    doubtful: 0.1,
    bad: 0.03,
    why: "a nearly full file system becomes slow; it is not judged if 100 GiB are free",
  },
  memoryPlaced: {
    side: "high",
    unit: "share",
    doubtful: 0.9,
    bad: 1,
    why: "the machine itself needs a tenth; with more the kernel kills a daemon once all use what they may",
  },
  memoryFreeShare: {
    side: "low",
    unit: "share",
    doubtful: 0.1,
    bad: 0.03,
    why: "the kernel takes the daemons' cached files first, and kills a daemon then",
  },
  clock: {
    side: "high",
    unit: "s",
    doubtful: 5,
    bad: 60,
    why: "daemons refuse blocks from the future, and a look over ssh is wrong by a second or two",
  },
  load: {
    side: "high",
    unit: "times",
    doubtful: 2,
    bad: 8,
    why: "processes that want to run, for each core; a host that checks many blocks has more than one",
  },
  restarts: {
    side: "high",
    unit: "times",
    doubtful: 1,
    bad: 3,
    why: "they count while the container has run for less than an hour; later it has recovered",
  },
} as const satisfies Record<string, Threshold>;

/** Seconds after which a container that has been restarted counts as recovered. */
export const RECOVERED_SECONDS = 3600;
/** With so many bytes free, the free share of a disk does not matter. */
export const AMPLE_BYTES = 100 * GIB;
/** Seconds without a reading after which the agent itself is doubted. It reads every 10 s. */
export const STALE_SECONDS = 90;
