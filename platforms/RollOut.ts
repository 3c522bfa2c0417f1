import { messageOf } from "../input/messageOf";

/** A workload that runs already, and may be replaced. */
export interface Turn {
  readonly name: string;
  /** Registers it. Resolves when the engine has finished with it, and says whether it was replaced. */
  register(): Promise<boolean>;
  /** Resolves when it takes calls. Rejects with the reason if it does not. */
  untilAnswers(): Promise<void>;
}

export interface Outcome {
  /** Workloads that were replaced and do not take calls, each with the reason. */
  readonly failures: readonly { readonly name: string; readonly why: string }[];
  /** Workloads that were left as they are because of that, sorted. */
  readonly left: readonly string[];
}

/**
 * Registers workloads that run already, a few at a time, in the order in which the program adds them. After a workload
 * that was not replaced the next one follows at once. After one that was replaced the next one follows when it takes
 * calls again. If it does not, no further workload is registered.
 */
export class RollOut {
  private readonly waiting: Turn[] = [];
  private readonly failures: { name: string; why: string }[] = [];
  private readonly ends: (() => void)[] = [];
  private active = 0;

  /** @param onWait called with the name of each workload that was replaced and is waited for */
  constructor(
    private readonly atOnce: number,
    private readonly onWait: (name: string) => void = () => {},
  ) {}

  add(turn: Turn): void {
    this.waiting.push(turn);
    this.next();
  }

  /** Resolves when every workload that was added has had its turn, or none will have one any more. */
  async done(): Promise<Outcome> {
    if (this.isUnderWay()) await new Promise<void>((resolve) => this.ends.push(resolve));
    return { failures: this.failures, left: this.waiting.map(({ name }) => name).sort() };
  }

  private isUnderWay(): boolean {
    return this.active > 0 || (this.waiting.length > 0 && this.failures.length === 0);
  }

  private next(): void {
    if (this.active >= this.atOnce || this.failures.length > 0) return;
    const turn = this.waiting.shift();
    if (turn === undefined) return;
    this.active += 1;
    void this.take(turn).then(() => {
      this.active -= 1;
      this.next();
      if (!this.isUnderWay()) for (const end of this.ends.splice(0)) end();
    });
  }

  private async take(turn: Turn): Promise<void> {
    try {
      if (!(await turn.register())) return;
      this.onWait(turn.name);
      await turn.untilAnswers();
    } catch (error) {
      this.failures.push({ name: turn.name, why: messageOf(error) });
    }
  }
}
