/**
 * What komodod reads out of an assetchain's `-ac_*` flags. Amounts of coins are in satoshis, except `supply`, which is
 * in whole coins. Lists have one value for each era, and komodod repeats the last value for the eras after it
 * (docs/internals/domain.md, eras).
 */
export interface PortParameters {
  readonly name: string;
  readonly supply: bigint;
  /** 1 to 7. */
  readonly eras: number;
  readonly end: readonly bigint[];
  readonly reward: readonly bigint[];
  readonly halving: readonly bigint[];
  readonly decay: readonly bigint[];
  readonly notarypay: readonly bigint[];
  /** Absent if the flag is not given, which komodod treats differently from 0. */
  readonly timelockgte?: bigint | undefined;
  readonly timeunlockfrom: bigint;
  readonly timeunlockto: bigint;
  /** Index in the daemon's list of algorithms; 0 is equihash. */
  readonly algo: number;
  readonly perc: bigint;
  readonly staked: number;
  readonly cc: number;
  readonly public: boolean;
  readonly private: boolean;
  readonly txpow: number;
  readonly founders: number;
  readonly foundersReward: bigint;
  /** 66 hex digits, or empty. */
  readonly pubkey: string;
  /** Hex digits, or empty. */
  readonly script: string;
  readonly import: string;
  readonly beam: number;
  readonly coda: number;
  readonly ccenable: readonly number[];
  readonly cclib: string;
  /** Seconds. */
  readonly blocktime: number;
  /** Hex digits, or empty. */
  readonly mineropret: string;
  /** N and K of equihash, or empty. */
  readonly nk: readonly bigint[];
  readonly snapshot: number;
  readonly earlytxidcontract: number;
  readonly cbmaturity: number;
  readonly adaptivepow: number;
  /** The p2p port that `-port` states, which komodod takes instead of the computed one. */
  readonly port?: number | undefined;
}

/** What komodod takes if a flag is not given. */
export const PARAMETER_DEFAULTS: Omit<PortParameters, "name"> = {
  supply: 10n,
  eras: 1,
  end: [],
  reward: [],
  halving: [],
  decay: [],
  notarypay: [],
  timeunlockfrom: 0n,
  timeunlockto: 0n,
  algo: 0,
  perc: 0n,
  staked: 0,
  cc: 0,
  public: false,
  private: false,
  txpow: 0,
  founders: 0,
  foundersReward: 0n,
  pubkey: "",
  script: "",
  import: "",
  beam: 0,
  coda: 0,
  ccenable: [],
  cclib: "",
  blocktime: 60,
  mineropret: "",
  nk: [],
  snapshot: 0,
  earlytxidcontract: 0,
  cbmaturity: 0,
  adaptivepow: 0,
};
