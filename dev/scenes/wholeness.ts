import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../input/messageOf";
import { type AgentStatus, isWhole } from "../status";

interface Wholeness {
  /** How many chains Iguana has to have. */
  readonly chains: number;
  /** A chain, and the height that it has to have at least. */
  readonly symbol: string;
  readonly height: number;
}

/**
 * Waits until Iguana sees every chain at its daemon's height. Returns the seconds that this took. Rejects with the agent's
 * status when it takes too long.
 * @param read reads that status; undefined while the agent does not answer
 */
export async function untilSeen(
  read: () => Promise<AgentStatus | undefined>,
  seconds: number,
  { chains, symbol, height }: Wholeness,
): Promise<number> {
  const started = Date.now();
  let status: AgentStatus | undefined;
  while (Date.now() - started < seconds * 1000) {
    status = await read();
    if (
      status !== undefined &&
      isWhole(status) &&
      Object.keys(status.coins).length === chains &&
      (status.coins[symbol]?.chainHeight ?? 0) >= height
    ) {
      return (Date.now() - started) / 1000;
    }
    await sleep(300);
  }
  throw new Error(
    `Iguana does not see all chains at their daemons' heights after ${seconds} s. The agent's status is ${JSON.stringify(status)}`,
  );
}

/**
 * Mines a block as soon as its daemon answers, and waits until Iguana sees it. Because of the new block, an old status of
 * the agent does not count. Returns the seconds that this took. Rejects with the daemon's last failure when no block can be
 * mined in time.
 * @param mine mines a block and returns its height
 * @param see waits at most some seconds until Iguana sees a height
 */
export async function untilSeenAgain(
  mine: () => Promise<number>,
  see: (seconds: number, height: number) => Promise<unknown>,
  seconds: number,
): Promise<number> {
  const started = Date.now();
  const left = () => seconds - (Date.now() - started) / 1000;
  // A daemon may take the first call and end before the second, because its restarter has yet to see what was killed.
  let target: number | undefined;
  let failure: unknown;
  while (target === undefined) {
    if (left() <= 0) throw new Error(`No block could be mined in ${seconds} s: ${messageOf(failure)}`);
    target = await mine().catch((error: unknown) => {
      failure = error;
      return sleep(500, undefined);
    });
  }
  await see(left(), target);
  return (Date.now() - started) / 1000;
}
