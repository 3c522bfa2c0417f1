import type { AgentReadings, IguanaReading } from "../../readings/agent";
import type { ChainReading, NotaryUtxosReading } from "../../readings/chain";
import type { AgentPlan } from "./plan";
import type { Status, StatusBoard, UtxoStatus } from "./StatusBoard";

/** What is known of Iguana beside its state. */
export type IguanaFigures = Pick<IguanaReading, "chains" | "notarised"> & {
  readonly remainingSeconds?: number | undefined;
};

/**
 * What /readings answers. It has what the readers have reported, and takes the rest from where it is known: from the
 * status board, and from the keepers.
 */
export class ReadingsBoard {
  /** Keyed by symbol. */
  private readonly chains = new Map<string, ChainReading>();
  private readonly keys = new Map<string, () => boolean | undefined>();
  private figures: () => IguanaFigures = () => ({ chains: 0, notarised: 0 });

  constructor(
    private readonly plan: AgentPlan,
    private readonly board: StatusBoard,
  ) {}

  /** @param hasKey whether the key is in the wallet; undefined while that is not known */
  followKey(symbol: string, hasKey: () => boolean | undefined): void {
    this.keys.set(symbol, hasKey);
  }

  followIguana(figures: () => IguanaFigures): void {
    this.figures = figures;
  }

  hasKey(symbol: string): boolean | undefined {
    return this.keys.get(symbol)?.();
  }

  set(symbol: string, reading: ChainReading): void {
    this.chains.set(symbol, this.board.cleaned(reading));
  }

  answer(): AgentReadings {
    const status = this.board.status();
    const { publicKey, certificates, warnings } = status;
    const chains = Object.fromEntries(this.plan.coins.map((coin) => [coin.symbol, this.chain(coin.symbol)]));
    return {
      at: new Date().toISOString(),
      publicKey,
      chains,
      iguana: this.iguana(status),
      certificates,
      warnings,
    };
  }

  private chain(symbol: string): ChainReading {
    const reading = this.chains.get(symbol) ?? {};
    const { utxos, address } = this.board.coin(symbol);
    const notaryUtxos = utxos === undefined ? reading.notaryUtxos : notaryUtxosOf(utxos);
    const hasKey = this.hasKey(symbol);
    return { ...reading, address, hasKey, notaryUtxos, notarisedTo: this.notarisedTo(symbol) };
  }

  private notarisedTo(symbol: string): string | undefined {
    if (this.plan.iguana === undefined) return undefined;
    return this.plan.coins.find((coin) => coin.symbol === symbol)?.dpow?.dest;
  }

  private iguana({ iguana, lease, coins }: Status): IguanaReading | undefined {
    if (iguana === undefined || lease === undefined) return undefined;
    const { remainingSeconds, ...figures } = this.figures();
    const heights = Object.entries(coins).flatMap(([symbol, { iguanaHeight }]) =>
      typeof iguanaHeight === "number" ? [[symbol, iguanaHeight] as const] : [],
    );
    return {
      ...iguana,
      lease: { ...lease, remainingSeconds },
      ...figures,
      heights: Object.fromEntries(heights),
    };
  }
}

function notaryUtxosOf({ count, locked, low, high, next, lastSplit }: UtxoStatus): NotaryUtxosReading {
  return { count: count - locked, locked, low, high, next, lastSplit };
}
