import type { ChainReading, SilenceKind } from "../../readings/chain";
import {
  blockTime,
  chainPart,
  count,
  forkOf,
  infoPart,
  networkPart,
  peersHeight,
  tipHash,
  unspentPart,
  walletLocked,
} from "./answers";
import type { ChainRpc } from "./ChainRpc";
import { NotYet, reasonOf, Unusable } from "./failures";
import type { AgentCoin, NotaryCoin } from "./plan";
import { Questions } from "./Questions";
import type { Turns } from "./Turns";

/** 125 peers take some 200 KiB. */
const PEERS_LIMITS = { bytes: 2 ** 20 };
const TIPS_LIMITS = { bytes: 2 * 2 ** 20 };
/** A wallet of thousands of coins answers with some 450 bytes for each. */
const UNSPENT_LIMITS = { bytes: 8 * 2 ** 20 };
/**
 * komodod sorts all its blocks for getchaintips, while everything else waits, so it is asked on short chains alone
 * (docs/internals/domain.md, what a reading costs).
 */
const SHORT_CHAIN = 200_000;

/** Milliseconds between two questions of a kind. */
export interface ReadingPace {
  /** What changes with each block, or with each peer. */
  readonly light: number;
  /** What costs the daemon more, or seldom changes. */
  readonly heavy: number;
  /** What costs most, and how long a question rests that was not answered. */
  readonly slow: number;
}

export interface ChainReaderArgs {
  readonly coin: AgentCoin | NotaryCoin;
  readonly publicKey: string | undefined;
  /** Nobody else uses it, so nothing waits for a reading. */
  readonly rpc: ChainRpc;
  /** Long answers of several daemons do not come at the same time. */
  readonly turns: Turns;
  readonly pace: ReadingPace;
  /** Whether the node's key is in the wallet. */
  readonly hasKey: () => boolean | undefined;
  readonly report: (reading: ChainReading) => void;
}

/** Reads one chain's daemon, one question after the other. It keeps nothing over a restart of the agent. */
export class ChainReader {
  private reading: ChainReading = {};
  private readonly questions: Questions;
  private readonly due = { heavy: 0, slow: 0 };
  private tip: string | undefined;
  private peersHeight: number | undefined;
  private longest: number | undefined;
  /** What getblockchaininfo, getnetworkinfo and getinfo warn of, in this order. The first that there is counts. */
  private warnings: (string | undefined)[] = [];
  private hasInfo = false;
  /** Whether coins were asked for since the key came into the wallet. */
  private isKeySeen = false;

  constructor(private readonly args: ChainReaderArgs) {
    this.questions = new Questions(args.rpc, args.pace.slow);
  }

  /** Reads what is due. It never rejects. */
  async round(): Promise<void> {
    try {
      await this.light();
    } catch (failure) {
      this.fallSilent(failure);
      return;
    }
    try {
      this.seeKey();
      if (this.isDue("heavy")) await this.heavy();
      if (this.isDue("slow")) await this.slow();
    } catch (failure) {
      // The daemon went away in between, or takes too long for this. The next round sees which.
      if (!(failure instanceof NotYet)) this.fallSilent(failure);
    }
  }

  private async light(): Promise<void> {
    const started = performance.now();
    const kind = this.reading.silence?.kind;
    const isHeld = kind === "silent" || kind === "down";
    const first = this.questions.rests("getconnectioncount") ? "getblockcount" : "getconnectioncount";
    const firstAnswer = count(await this.questions.must(first, [], isHeld));
    // A call that was held says how long the daemon was away.
    const took = Math.round(performance.now() - started);
    const latencyMilliseconds = isHeld ? this.reading.latencyMilliseconds : took;
    const peers = first === "getconnectioncount" ? firstAnswer : undefined;
    const answer = await this.questions.must("getblockchaininfo");
    const { warning, ...part } = chainPart(answer);
    const height = part.height ?? count(await this.questions.must("getblockcount"));
    if (this.reading.silence !== undefined) this.comeBack();
    this.warnings[0] = warning;
    const at = new Date().toISOString();
    const { reading } = this;
    const heightSince = height === reading.height ? reading.heightSince : at;
    const tip = tipHash(answer);
    const isNewTip = tip !== undefined && tip !== this.tip;
    const tipTime = isNewTip
      ? blockTime(await this.questions.must("getblockheader", [tip]))
      : reading.tipTime;
    this.tip = tip;
    this.report({
      ...reading,
      at,
      silence: undefined,
      latencyMilliseconds,
      peers,
      ...part,
      height,
      heightSince,
      tipTime,
    });
  }

  /** Each answer is reported at once, because the next question may take long. */
  private async heavy(): Promise<void> {
    const { version, warning } = networkPart(await this.questions.may("getnetworkinfo"));
    this.warnings[1] = warning;
    this.report({ ...this.reading, version });
    const answer = await this.questions.may("getinfo");
    this.hasInfo = answer !== undefined;
    const info = infoPart(answer);
    this.warnings[2] = info.warning;
    this.longest = info.longest;
    this.report({ ...this.reading, lastNotarisation: info.lastNotarisation });
    this.peersHeight = peersHeight(await this.questions.may("getpeerinfo", [], PEERS_LIMITS));
    this.report(this.reading);
    const isWalletLocked = walletLocked(await this.questions.may("getwalletinfo"));
    this.report({ ...this.reading, isWalletLocked });
    await this.coins();
  }

  private async coins(): Promise<void> {
    const { coin, publicKey, turns, hasKey } = this.args;
    if (coin.address === undefined || hasKey() !== true) return;
    this.isKeySeen = true;
    const params = [0, 9_999_999, [coin.address]];
    const unspent = await turns.take(async () =>
      unspentPart(await this.questions.may("listunspent", params, UNSPENT_LIMITS), coin, publicKey),
    );
    const isNotarys = unspent !== undefined && "utxoSize" in coin;
    const locked = isNotarys ? await this.questions.may("listlockunspent", [], UNSPENT_LIMITS) : undefined;
    const notaryUtxos = isNotarys
      ? { count: unspent.notaryUtxos, locked: Array.isArray(locked) ? locked.length : 0 }
      : undefined;
    this.report({ ...this.reading, balance: unspent?.balance, coins: unspent?.coins, notaryUtxos });
  }

  private async slow(): Promise<void> {
    const { height } = this.reading;
    if (height === undefined || (this.hasInfo && height > SHORT_CHAIN)) return;
    const tips = () => this.questions.may("getchaintips", [], TIPS_LIMITS);
    this.report({ ...this.reading, fork: forkOf(await this.args.turns.take(tips)) });
  }

  /** A key that has come into the wallet has coins. Nobody should wait for the next minute to see them. */
  private seeKey(): void {
    const hasKey = this.args.hasKey() === true;
    if (hasKey && !this.isKeySeen) this.due.heavy = 0;
    this.isKeySeen = hasKey;
  }

  private isDue(kind: "heavy" | "slow"): boolean {
    const now = Date.now();
    if (now < this.due[kind]) return false;
    this.due[kind] = now + this.args.pace[kind];
    return true;
  }

  /** Another daemon may have come back, so everything is asked again. */
  private comeBack(): void {
    this.questions.wake();
    this.due.heavy = 0;
    this.due.slow = 0;
    this.peersHeight = undefined;
    this.longest = undefined;
  }

  private fallSilent(failure: unknown): void {
    const since = this.reading.silence?.since ?? new Date().toISOString();
    this.report({ ...this.reading, silence: { kind: kindOf(failure), detail: reasonOf(failure), since } });
  }

  private report(reading: ChainReading): void {
    const { height, headers } = reading;
    const known = [height, headers, this.peersHeight, this.longest].flatMap((one) => one ?? []);
    this.reading = {
      ...reading,
      bestKnown: known.length === 0 ? undefined : Math.max(...known),
      warning: this.warnings.find((warning) => warning !== undefined),
    };
    this.args.report(this.reading);
  }
}

function kindOf(failure: unknown): SilenceKind {
  const kind = failure instanceof NotYet || failure instanceof Unusable ? failure.silence : undefined;
  return kind ?? "error";
}
