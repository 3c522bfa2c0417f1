import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../input/messageOf";
import type { Delay } from "../../platforms/entrypointLog";
import type { Operations, StopResult } from "../../platforms/operations";
import type { Tell } from "../terminal";
import { containerAt } from "./containers";
import { delayOf } from "./delays";
import { listens } from "./listens";
import type { Target } from "./targets";

export type Verb = "start" | "stop" | "restart";

export interface PowerOptions {
  readonly signal: AbortSignal;
  /** Says what happens; `isDone` ends the step of one target. */
  readonly tell: Tell;
  /** Seconds in which a daemon has to take calls after its start. */
  readonly seconds?: number | undefined;
}

/** Seconds that a daemon with many blocks may take until it opens its RPC port. */
const USUAL_SECONDS = 300;
const POLL_MILLISECONDS = 500;

/**
 * The targets without those that are another container of a workload that is among them, such as the agent in Iguana's.
 * Throws for a container that cannot be worked on by itself.
 */
export function ownWorkloads(targets: readonly Target[]): Target[] {
  const own = targets.filter(({ container }) => container.role === undefined);
  const workloads = new Set(own.map(({ part }) => part.workload));
  const alone = targets.filter(
    ({ container, part }) => container.role !== undefined && !workloads.has(part.workload),
  );
  if (alone.length > 0) {
    const names = alone.map(({ title, part }) => `${title} (of ${part.workload})`).join(", ");
    throw new Error(
      `${names}: a container of another's workload is not started or stopped by itself; name the workload`,
    );
  }
  return own;
}

/**
 * Starts, stops or restarts targets one after the other. What calls others is stopped first and started last. Throws at
 * the first target that does not come back, and says which were left as they were.
 * @param targets in the order of partsOf, which has callers first
 */
export async function power(
  verb: Verb,
  targets: readonly Target[],
  operations: Operations,
  options: PowerOptions,
): Promise<void> {
  const turns = verb === "start" ? [...targets].reverse() : targets;
  for (const [index, target] of turns.entries()) {
    try {
      options.signal.throwIfAborted();
      await turn(verb, target, operations, options);
    } catch (error) {
      const left = turns.slice(index + 1).map(({ title }) => title);
      const others = left.length === 0 ? "" : ` Left as they were: ${left.join(", ")}.`;
      if (options.signal.aborted) throw new Error(interrupted(verb, target, others));
      const why = messageOf(error);
      throw new Error(`${target.title}: ${why.replace(/\.$/, "")}.${others}`);
    }
  }
}

function interrupted(verb: Verb, { title }: Target, others: string): string {
  const end = verb === "start" ? "" : " A daemon that was told to end goes on ending.";
  return `${title}: interrupted.${end}${others} Run \`dokomodo status\` to see what runs.`;
}

async function turn(
  verb: Verb,
  target: Target,
  operations: Operations,
  options: PowerOptions,
): Promise<void> {
  const { title, container } = target;
  const { tell, signal } = options;
  const stopping = {
    signal,
    onWaiting: (seconds: number) => tell(`${title}: ends and writes what it holds, ${seconds} s`, false),
  };
  switch (verb) {
    case "stop": {
      tell(`${title}: is told to end`, false);
      tell(`${title}: ${stopText(await operations.stop(container, stopping))}`, true);
      return;
    }
    case "start": {
      tell(`${title}: starts`, false);
      // The container of a daemon that the guard holds runs already. Only a restart lets it look at the disk again.
      const delay = await delayOfStart(target, operations);
      if (delay?.kind !== "held") await operations.start(container);
      else await operations.restart(container, stopping);
      tell(`${title}: ${await untilAnswers(target, operations, options)}`, true);
      return;
    }
    case "restart": {
      tell(`${title}: is told to end`, false);
      const stopped = stopText(await operations.restart(container, stopping));
      tell(`${title}: ${stopped}; starts`, false);
      tell(`${title}: ${stopped}; ${await untilAnswers(target, operations, options)}`, true);
    }
  }
}

function stopText({ code, seconds }: StopResult): string {
  return code === undefined ? "did not run" : `ended with exit code ${code} after ${Math.round(seconds)} s`;
}

/** Waits until a daemon takes calls. Resolves to what can be said of it. */
async function untilAnswers(target: Target, operations: Operations, options: PowerOptions): Promise<string> {
  const { container, part } = target;
  const port = part.chain?.chain.rpcPort;
  if (port === undefined) return "runs";
  const { signal, tell, seconds = USUAL_SECONDS } = options;
  const begin = Date.now();
  /** When it began to start, as far as is known. */
  let started = begin;
  for (;;) {
    const passed = Math.round((Date.now() - begin) / 1000);
    if ((await listens(operations, container, port, signal)) === true) return `takes calls after ${passed} s`;
    signal.throwIfAborted();
    const delay = await delayOfStart(target, operations);
    if (delay?.kind === "held") throw new Error(delay.text);
    if (delay !== undefined) started = Date.now();
    if (Date.now() - started >= seconds * 1000)
      throw new Error(
        `it was started, and takes no calls after ${seconds} s; \`dokomodo doctor ${target.part.label}\` says why`,
      );
    const what =
      delay === undefined ? "runs, and does not take calls yet" : "waits for its turn after a boot";
    tell(`${target.title}: ${what}, ${passed} s`, false);
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
}

/** Why the entry point has not started a chain's daemon yet. */
async function delayOfStart({ part, container }: Target, operations: Operations): Promise<Delay | undefined> {
  if (part.chain === undefined) return undefined;
  return delayOf(operations, container, async () => {
    const { containers } = await operations.look();
    return containerAt(containers, container)?.startedAt;
  });
}
