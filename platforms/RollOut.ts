import { messageOf } from "../input/messageOf";

/** A workload that runs already, and may be replaced. */
export interface Turn {
  readonly name: string;
  /** Registers it. Resolves when the engine has finished with it, and says whether it was replaced. */
  register(): Promise<boolean>;
  /** Resolves when it takes calls. Rejects with the reason if it does not. */
  untilAnswers(): Promise<void>;
  /** Resolves when it has run and taken calls for so many seconds. Rejects with the reason as soon as it does not. */
  staysUp(seconds: number): Promise<void>;
}

export interface RollOutArgs {
  /** How many workloads are replaced at the same time, after the canary. */
  readonly atOnce: number;
  /** Names of workloads that are the canary sooner than others, the best one first. */
  readonly canaries?: readonly string[] | undefined;
  /** Seconds for which the canary has to take calls before another workload is replaced. */
  readonly canarySeconds?: number | undefined;
  /** Called with the name of each workload that was replaced and is waited for. */
  readonly onWait?: ((name: string, isCanary: boolean) => void) | undefined;
}

export interface Outcome {
  /** Workloads that were replaced and take calls, in the order in which they did. */
  readonly replaced: readonly string[];
  /** Workloads that were replaced and do not take calls, each with the reason. */
  readonly failures: readonly { readonly name: string; readonly why: string }[];
  /** Workloads that were left as they are because of that, sorted. */
  readonly left: readonly string[];
}

/**
 * Registers workloads that run already. The first one that is replaced is the canary: no other one is registered until
 * it has taken calls for some time. The others follow in the order in which the program added them, a few at a time:
 * after one that was not replaced the next one comes at once, after one that was replaced when that one takes calls. If
 * one does not, no further workload is registered.
 *
 * Nobody knows whether a workload will be replaced before it is registered. So the canary is found by registering one
 * workload after the other, beginning with those that are named for it.
 */
export class RollOut {
  private readonly turns: Turn[] = [];
  private readonly replaced: string[] = [];
  private readonly failures: { name: string; why: string }[] = [];

  constructor(private readonly args: RollOutArgs) {}

  add(turn: Turn): void {
    this.turns.push(turn);
  }

  /** Gives every workload that was added its turn. Resolves when each has had it, or none will have one any more. */
  async run(): Promise<Outcome> {
    const { atOnce, canaries = [], canarySeconds = 0 } = this.args;
    const left = new Set(this.turns);
    const next = (turns: Iterable<Turn>): Turn | undefined => {
      const [turn] = this.failures.length > 0 ? [] : turns;
      if (turn !== undefined) left.delete(turn);
      return turn;
    };
    const named = canaries.flatMap((name) => this.turns.filter((turn) => turn.name === name));
    const first = new Set([...named, ...this.turns]);
    for (let isSought = true; isSought; ) {
      const turn = next(first);
      if (turn === undefined) break;
      first.delete(turn);
      isSought = !(await this.take(turn, canarySeconds));
    }
    const lanes = Array.from({ length: atOnce }, async () => {
      for (let turn = next(left); turn !== undefined; turn = next(left)) await this.take(turn);
    });
    await Promise.all(lanes);
    const { replaced, failures } = this;
    return { replaced, failures, left: [...left].map(({ name }) => name).sort() };
  }

  /**
   * Returns whether the workload was replaced.
   * @param watchSeconds for how long it is watched if it is the canary; absent for others
   */
  private async take(turn: Turn, watchSeconds?: number): Promise<boolean> {
    try {
      if (!(await turn.register())) return false;
      this.args.onWait?.(turn.name, watchSeconds !== undefined);
      await turn.untilAnswers();
      if (watchSeconds !== undefined && watchSeconds > 0) await turn.staysUp(watchSeconds);
      this.replaced.push(turn.name);
    } catch (error) {
      this.failures.push({ name: turn.name, why: messageOf(error) });
    }
    return true;
  }
}
