import { once } from "node:events";
import { type LeaseSurroundings, realSurroundings } from "./iguanaLease";
import { keepNode } from "./keepNode";
import { keepNotary } from "./keepNotary";
import { keepReading } from "./keepReading";
import type { AgentPlan, AgentSecrets } from "./plan";
import type { ReadingsBoard } from "./ReadingsBoard";
import type { StatusBoard } from "./StatusBoard";

const POLL_SECONDS = 3;

export interface BringUpArgs {
  readonly plan: AgentPlan;
  readonly secrets: AgentSecrets;
  readonly board: StatusBoard;
  readonly readings: ReadingsBoard;
  /** Ends the agent. */
  readonly signal: AbortSignal;
  /** Called where the plan has a lease. */
  readonly surroundings?: (() => LeaseSurroundings) | undefined;
}

/** Brings up what the plan says, a node or a notary, and keeps it up until the signal comes. */
export async function bringUp({
  plan,
  signal,
  surroundings = realSurroundings,
  ...rest
}: BringUpArgs): Promise<void> {
  const poll = (plan.pollSeconds ?? POLL_SECONDS) * 1000;
  const { kept, leave } =
    plan.iguana === undefined
      ? keepNode({ ...rest, plan, poll })
      : keepNotary({ ...rest, plan, poll, surroundings });
  const read = keepReading({ ...rest, plan, poll });
  await Promise.race([kept, read, aborted(signal)]);
  await leave?.();
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
