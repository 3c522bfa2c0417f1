import { setTimeout as pause } from "node:timers/promises";
import type { Live, Properties } from "../provider";
import { isTrue } from "./annotations";
import { messageOf } from "./apiServer";
import type { Session } from "./configuration";
import { type Kind, pathOf } from "./kinds";
import { nameOf, namespaceOf } from "./objects";
import { readiness } from "./readiness";
import { wishesOf } from "./waitingFor";

export interface Written {
  readonly inputs: Properties;
  /** The object that the API server returned. */
  readonly made: Properties;
  /** Milliseconds. */
  readonly timeout: number;
}

/** The result of a wait: the object at its end and, when it is not ready, the reason. */
export interface Waited {
  readonly live: Properties;
  readonly problem?: string;
  readonly causes?: readonly string[];
}

/** Waits until the object is ready, its timeout has passed, or the run is interrupted. */
export async function awaitReady(
  subject: Live<Session>,
  kind: Kind,
  { inputs, made, timeout }: Written,
): Promise<Waited> {
  const end = Date.now() + timeout;
  let live = made;
  let causes: readonly string[] = [];
  try {
    const check = checkOf(subject, kind, inputs);
    for (;;) {
      causes = await check(live);
      if (causes.length === 0) return { live };
      if (Date.now() > end) return { live, causes, problem: overdue(kind, inputs, live) };
      await pause(500, undefined, { signal: subject.signal });
      const path = pathOf(kind, namespaceOf(made), nameOf(made));
      live = await subject.session.api.call({ method: "GET", path, signal: subject.signal });
    }
  } catch (error) {
    const problem = subject.signal.aborted
      ? `Resource operation was cancelled for "${nameOf(made)}"`
      : messageOf(error);
    return { live, causes, problem };
  }
}

/** Why the object is not ready at this moment, by the rules of its kind. Empty when it is ready. */
export async function checkReady(
  { session, signal }: Live<Session>,
  kind: Kind,
  live: Properties,
): Promise<readonly string[]> {
  return (await readiness[kind.kind]?.(live, session.api, signal)) ?? [];
}

function checkOf(
  subject: Live<Session>,
  kind: Kind,
  inputs: Properties,
): (live: Properties) => Promise<readonly string[]> {
  if (isTrue(inputs, "skipAwait")) return async () => [];
  const wishes = wishesOf(inputs);
  if (wishes === undefined) return (live) => checkReady(subject, kind, live);
  return async (live) => wishes.filter((wish) => !wish.isMet(live)).map(({ text }) => `Waiting for ${text}`);
}

function overdue({ kind }: Kind, inputs: Properties, live: Properties): string {
  const byWish = wishesOf(inputs) !== undefined || readiness[kind] === undefined;
  return byWish ? "timed out waiting for the condition" : `'${nameOf(live)}' timed out waiting to be Ready`;
}
