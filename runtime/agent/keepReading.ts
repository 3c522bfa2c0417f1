import { Bell } from "./Bell";
import { ChainReader } from "./ChainReader";
import { ChainRpc } from "./ChainRpc";
import { type KeepingArgs, secretsOf } from "./keepNode";
import type { AgentPlan } from "./plan";
import { repeat } from "./rounds";
import { Turns } from "./Turns";

/** How often the keepers look between two readings of a kind: with their 3 s that is each 9 s, minute and 10 minutes. */
const LOOKS = { light: 3, heavy: 20, slow: 200 };
/** Long answers at the same time. They take some 40 MiB each at most. */
const LONG_ANSWERS = 2;

/**
 * Reads each chain by itself. The readers have connections of their own, so no keeper waits for a reading. A daemon has
 * two calls of this agent at a time at most.
 */
export function keepReading({
  plan,
  secrets,
  readings,
  poll,
}: Omit<KeepingArgs<AgentPlan>, "board">): Promise<unknown> {
  const turns = new Turns(LONG_ANSWERS);
  const bell = new Bell();
  const pace = { light: LOOKS.light * poll, heavy: LOOKS.heavy * poll, slow: LOOKS.slow * poll };
  const rounds = plan.coins.map((coin) => {
    const { symbol } = coin;
    const reader = new ChainReader({
      coin,
      publicKey: plan.publicKey,
      rpc: new ChainRpc(coin, secretsOf(coin, secrets), "dokomodo-readings"),
      turns,
      pace,
      hasKey: () => readings.hasKey(symbol),
      report: (reading) => readings.set(symbol, reading),
    });
    return repeat(bell, pace.light, async () => {
      await reader.round();
      return { ok: true };
    });
  });
  return Promise.all(rounds);
}
