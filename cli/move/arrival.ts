import { setTimeout as sleep } from "node:timers/promises";
import type { Operations } from "../../platforms/operations";
import { listens } from "../running/listens";
import { agentStatus } from "./agentStatus";
import type { Move } from "./findMove";
import type { MoveProgress } from "./MoveProgress";

/** Seconds that a daemon may take on its new host until it has its old height. */
const PATIENCE_SECONDS = 900;
const POLL_MILLISECONDS = 1000;

/** The height of the chain, as the agent of its node knows it; undefined if nobody does. */
export async function heightOf(operations: Operations, { node, symbol }: Move): Promise<number | undefined> {
  return (await agentStatus(node, operations))?.coins[symbol]?.chainHeight ?? undefined;
}

/** Waits until the chain takes calls on its new host and has its old height. */
export async function untilThere(
  operations: Operations,
  move: Move,
  height: number | undefined,
  progress: MoveProgress,
): Promise<void> {
  const { symbol, to, workload, chain } = move;
  const started = Date.now();
  for (;;) {
    const passed = Math.round((Date.now() - started) / 1000);
    const takesCalls = await listens(operations, { host: to, workload }, chain.chain.rpcPort);
    const now = takesCalls === true && height !== undefined ? await heightOf(operations, move) : undefined;
    if (takesCalls === true && (height === undefined || (now !== undefined && now >= height))) {
      progress.step(`Takes calls on host ${to}${now === undefined ? "" : ` at height ${now}`}.`);
      return;
    }
    if (passed > PATIENCE_SECONDS)
      throw new Error(
        `${symbol} does not work on host ${to} after ${passed} s. Its old volume is kept. \`dokomodo doctor ${symbol}\` says more.`,
      );
    progress.say(
      takesCalls === true
        ? `Runs on ${to}, at height ${now ?? "unknown"}, ${passed} s`
        : `Starts on ${to}, ${passed} s`,
    );
    await sleep(POLL_MILLISECONDS);
  }
}
