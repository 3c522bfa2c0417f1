import type { CallLimits, ChainRpc } from "./ChainRpc";
import { METHOD_NOT_FOUND, NotYet, RpcError } from "./failures";

/** Longest time that a daemon may take for a reading. */
const ANSWER_MILLISECONDS = 8000;

/**
 * Longest time that a daemon may take which did not answer the question before. The proxies hold a call for up to 45 s
 * while nothing listens, or while there is no way to the daemon's host, and close it without an answer then. A daemon
 * that hangs keeps it open for longer. So the two are told apart, and a daemon that comes back answers the call that is
 * held (docs/internals/links.md).
 */
const PATIENT_MILLISECONDS = 50_000;

/**
 * Questions to one daemon, for one value each. A question that the daemon does not answer costs its value alone. It is
 * not asked again for long, because a daemon that takes seconds for it has other things to do.
 */
export class Questions {
  /** Keyed by method. */
  private readonly restUntil = new Map<string, number>();

  constructor(
    private readonly rpc: ChainRpc,
    /** How long a question rests that was not answered. */
    private readonly restMilliseconds: number,
  ) {}

  /** All questions may be asked again, as after the daemon was away: another version may have come back. */
  wake(): void {
    this.restUntil.clear();
  }

  /**
   * The answer to a question that decides whether the daemon answers. Undefined where the daemon has no such method.
   * @param isPatient whether to wait for as long as it takes to find out why there is no answer
   */
  async must(method: string, params: readonly unknown[] = [], isPatient = false): Promise<unknown> {
    if (this.rests(method)) return undefined;
    const milliseconds = isPatient ? PATIENT_MILLISECONDS : ANSWER_MILLISECONDS;
    try {
      return await this.rpc.call(method, params, { milliseconds });
    } catch (failure) {
      if (!(failure instanceof RpcError)) throw failure;
      this.rest(method, failure);
      return undefined;
    }
  }

  /**
   * The answer to a question; undefined where there is none.
   *
   * Rejects with NotYet where the daemon is no longer there. Then there is no use in further questions.
   */
  async may(method: string, params: readonly unknown[] = [], limits: CallLimits = {}): Promise<unknown> {
    if (this.rests(method)) return undefined;
    try {
      return await this.rpc.call(method, params, { ...limits, milliseconds: ANSWER_MILLISECONDS });
    } catch (failure) {
      this.rest(method, failure);
      if (failure instanceof NotYet) throw failure;
      return undefined;
    }
  }

  /** Whether a question is not asked now, because it was not answered. */
  rests(method: string): boolean {
    return Date.now() < (this.restUntil.get(method) ?? 0);
  }

  /** A refusal may be over soon, such as that of a daemon without a wallet. Anything else is not. */
  private rest(method: string, failure: unknown): void {
    if (failure instanceof RpcError && failure.code !== METHOD_NOT_FOUND) return;
    this.restUntil.set(method, Date.now() + this.restMilliseconds);
  }
}
