import type { LeaseReport, LeaseState } from "../lease/leasedProcess";
import { certificateWarnings, daysLeft } from "./certificates";
import type { AgentPlan, UtxoBounds } from "./plan";
import type { Redact } from "./redact";
import type { Step } from "./steps";

/** `outdated`: Iguana was made for another plan. `leaving`: the agent is ended together with Iguana. */
export type IguanaState =
  | "waiting-for-lease"
  | "waiting-for-rpc"
  | "registering"
  | "ready"
  | "outdated"
  | "leaving"
  | "error";
export type CoinState =
  | Exclude<Step, "watch">
  | "importing-key"
  | "waiting-for-chain"
  | "loading"
  | "ready"
  | "error";

/** What /status answers. */
export interface Status {
  /** Absent if the node has no key. */
  readonly publicKey?: string | undefined;
  /** Absent in a node without Iguana. `none-asked`: the plan names no lease. */
  readonly lease?:
    | { readonly state: LeaseState | "none-asked"; readonly detail?: string | undefined }
    | undefined;
  /** Absent in a node without Iguana. */
  readonly iguana?:
    | { readonly state: IguanaState; readonly since: string; readonly detail?: string | undefined }
    | undefined;
  readonly coins: Readonly<Record<string, CoinStatus>>;
  /** Whole days until the certificates of its links end, keyed by the workload that has the certificate. */
  readonly certificates: Readonly<Record<string, number>>;
  /** What works now, and will stop working unless somebody acts. */
  readonly warnings: readonly string[];
}

export interface CoinStatus {
  readonly state: CoinState;
  /** Null while it is not known. */
  readonly chainHeight: number | null;
  /** Null while it is not known. Absent in a node without Iguana. */
  readonly iguanaHeight?: number | null | undefined;
  /** Absent if the node has no key. */
  readonly address?: string | undefined;
  readonly detail?: string | undefined;
  /** Absent where the plan has no bounds for them, and before the first look at them. */
  readonly utxos?: UtxoStatus | undefined;
}

/** What there is of a coin's notary UTXOs. */
export interface UtxoStatus extends UtxoBounds {
  /** All of them. `unconfirmed` of them are in no block yet, and `locked` of them are in rounds. */
  readonly count: number;
  readonly unconfirmed: number;
  readonly locked: number;
  /** What is done next: `nothing`, or a split; in a dry run what would be done. */
  readonly next: string;
  /** The id of the last split's transaction since the agent's start. */
  readonly lastSplit?: string | undefined;
}

/** States in which there is nothing to complain about. */
const CONTENT: ReadonlySet<string> = new Set(["ready", "held", "none-asked"]);
/** The longest reason that is shown, whatever a daemon answers. */
const DETAIL_LENGTH = 300;

const LEASE_WORDS: Readonly<Record<LeaseState, string>> = {
  waiting: "waiting",
  held: "held",
  lost: "LOST",
  leaving: "will be given back when Iguana has ended",
};

/** The state of everything, and a log line for each change. All texts are redacted here, and only here. */
export class StatusBoard implements LeaseReport {
  private lease: Status["lease"];
  private iguana: Status["iguana"];
  private readonly coins = new Map<string, CoinStatus>();
  /** Keyed by symbol. */
  private readonly utxoWarnings = new Map<string, string>();
  private readonly lastLines = new Map<string, string>();

  constructor(
    private readonly plan: AgentPlan,
    private readonly redact: Redact,
    private readonly write: (line: string) => void,
  ) {
    const { coins, iguana } = plan;
    const atIguana = iguana === undefined ? {} : { iguanaHeight: null };
    for (const { symbol, address } of coins)
      this.coins.set(symbol, { state: "waiting-for-chain", chainHeight: null, ...atIguana, address });
    if (iguana === undefined) return;
    this.lease = { state: iguana.lease === undefined ? "none-asked" : "waiting" };
    this.iguana = { state: "waiting-for-rpc", since: new Date().toISOString() };
  }

  setLease(state: LeaseState, reason?: string): void {
    const detail = this.clean(reason);
    this.lease = { state, detail };
    const line = `${LEASE_WORDS[state]}${detail === undefined ? "" : ` (${detail})`}`;
    // A line that differs only in how long ago something was is not written again.
    if (withoutSeconds(line) === withoutSeconds(this.lastLines.get("Lease") ?? "")) return;
    this.logChange("Lease", line);
  }

  setIguana(state: IguanaState, reason?: string): void {
    const before = this.iguana;
    const isSame = state === before?.state;
    const since = isSame ? before.since : new Date().toISOString();
    const detail = this.clean(reason);
    this.iguana = { state, since, detail };
    if (state === "waiting-for-rpc") this.logChange("Iguana", `waits for its RPC (${detail})`);
    if (state === "ready" && !isSame) this.logChange("Iguana", "ready");
    if (state === "outdated") this.logChange("Iguana", `is told nothing: ${detail}`);
    if (state === "error") this.logChange("Iguana", `ERROR: ${detail}`);
  }

  setCoin(symbol: string, state: CoinState, reason?: string): void {
    const detail = this.clean(reason);
    this.coins.set(symbol, { ...this.coin(symbol), state, detail });
    const line = this.lineOf(symbol, state, detail);
    if (line !== undefined) this.logChange(symbol, line);
  }

  /** While the chain is away (null), it is not known either what Iguana sees of it. */
  setChainHeight(symbol: string, chainHeight: number | null): void {
    this.coins.set(symbol, { ...this.coin(symbol), chainHeight });
    if (chainHeight === null && this.iguana !== undefined) this.setIguanaHeight(symbol, null);
  }

  setIguanaHeight(symbol: string, iguanaHeight: number | null): void {
    this.coins.set(symbol, { ...this.coin(symbol), iguanaHeight });
  }

  /** `utxos` is undefined where they could not be looked at. Then the last ones are still shown. */
  setUtxos(symbol: string, utxos: UtxoStatus | undefined, warning?: string): void {
    const before = this.coin(symbol);
    this.coins.set(symbol, { ...before, utxos: utxos ?? before.utxos });
    const clean = this.clean(warning);
    if (clean !== undefined && this.utxoWarnings.get(symbol) !== clean)
      this.write(`WARNING: ${symbol}: ${clean}`);
    if (clean === undefined) this.utxoWarnings.delete(symbol);
    else this.utxoWarnings.set(symbol, clean);
    if (utxos?.dryRun === true && utxos.next !== before.utxos?.next) this.event(symbol, utxos.next);
  }

  coin(symbol: string): CoinStatus {
    const coin = this.coins.get(symbol);
    if (coin === undefined) throw new Error(`${symbol} is not in the plan`);
    return coin;
  }

  /** Something that happened once, such as `key imported`. */
  event(subject: string, text: string): void {
    this.lastLines.delete(subject);
    this.write(`${subject}: ${this.clean(text)}`);
  }

  status(): Status {
    const { lease, iguana, plan } = this;
    const certificates = daysLeft(plan.certificates ?? {}, Date.now());
    const utxoWarnings = [...this.utxoWarnings].map(([symbol, text]) => `${symbol}: ${text}`);
    const warnings = [...certificateWarnings(certificates), ...utxoWarnings];
    const coins = Object.fromEntries(this.coins);
    return { publicKey: plan.publicKey, lease, iguana, coins, certificates, warnings };
  }

  /** One line for each thing that is not ready; empty where all is well. */
  complaints(): string[] {
    const lines: string[] = [];
    for (const [subject, it] of [["Lease", this.lease], ["Iguana", this.iguana], ...this.coins] as const) {
      if (it === undefined || CONTENT.has(it.state)) continue;
      lines.push(`${subject}: ${it.state}${it.detail === undefined ? "" : ` (${it.detail})`}`);
    }
    return lines;
  }

  /**
   * The log line of a coin's state; undefined where there is none. Events say what the agent does for a coin, and while
   * Iguana is away, Iguana's own line says so for all coins.
   */
  private lineOf(symbol: string, state: CoinState, detail: string | undefined): string | undefined {
    switch (state) {
      case "waiting-for-chain":
        return `waits for its chain (${detail})`;
      case "loading":
        return "its chain is loading";
      case "waiting-for-dest":
        return `waits for ${detail}, to which it is notarised`;
      case "ready":
        return this.isRepeated(symbol, "ready")
          ? undefined
          : `ready at height ${this.coin(symbol).chainHeight}`;
      case "error":
        return `ERROR: ${detail}`;
      default:
        return undefined;
    }
  }

  private logChange(subject: string, line: string): void {
    if (this.isRepeated(subject, line)) return;
    this.lastLines.set(subject, line);
    this.write(`${subject}: ${line}`);
  }

  /** Whether the line was the last one. `ready` counts as the same at every height. */
  private isRepeated(subject: string, line: string): boolean {
    const last = this.lastLines.get(subject);
    return last === line || (line === "ready" && last?.startsWith("ready ") === true);
  }

  /** A copy of a value that was read, with every text in it redacted. */
  cleaned<T>(value: T): T;
  cleaned(value: unknown): unknown {
    if (typeof value === "string") return this.clean(value);
    if (Array.isArray(value)) return value.map((one) => this.cleaned(one));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, this.cleaned(own)]));
  }

  private clean(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    // It is redacted before it is cut, because half a secret is a secret, too. It becomes one line.
    return this.redact(text).replaceAll(/\s+/g, " ").slice(0, DETAIL_LENGTH);
  }
}

function withoutSeconds(text: string): string {
  return text.replaceAll(/\b\d+ s\b/g, "");
}
