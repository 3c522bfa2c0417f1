import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { z } from "zod";
import type { StopOptions, StopResult } from "../../operations";
import { Told } from "../../Told";
import { whileWaiting } from "../../whileWaiting";
import { EngineRefusal } from "../engineApi";
import type { FoundContainer, FoundWorkload } from "./HostOperations";

/**
 * Stops the containers of a workload, each with the grace that it was made with: first the one that the workload exists
 * for, then those beside it, and pause at last, because pause ends the others.
 */
export async function stopWorkload(
  engine: Docker,
  { first, sidecars, pause }: FoundWorkload,
  options: StopOptions,
): Promise<StopResult> {
  const stopped = await whileWaiting(
    (async () => {
      const code = await stop(engine, first);
      options.signal?.throwIfAborted();
      await Promise.all(sidecars.map((each) => stop(engine, each)));
      options.signal?.throwIfAborted();
      if (pause !== undefined) await stop(engine, pause);
      return code;
    })(),
    options,
  );
  return { code: stopped.outcome, seconds: stopped.seconds };
}

/** Starts the containers of a workload that do not run, pause first, because the others join it. */
export async function startWorkload(
  engine: Docker,
  { first, sidecars, pause }: FoundWorkload,
): Promise<void> {
  if (pause !== undefined) await start(engine, pause);
  await Promise.all([first, ...sidecars].map((each) => start(engine, each)));
}

/**
 * Restarts the first container of a workload. The engine stops and starts it in one call, which it finishes whatever
 * becomes of this program. A workload that does not run as a whole is started instead.
 */
export async function restartWorkload(
  engine: Docker,
  workload: FoundWorkload,
  options: StopOptions,
): Promise<StopResult> {
  const { first, sidecars, pause } = workload;
  const joined = pause === undefined || pause.state === "running";
  if (!joined || first.state !== "running") {
    await startWorkload(engine, workload);
    return { seconds: 0 };
  }
  const container = engine.getContainer(first.id);
  const { outcome: code, seconds } = await whileWaiting(
    (async () => {
      const { State: before } = await container.inspect();
      await whileAnswering(engine, container.restart({ abortSignal: patient() }));
      await Promise.all(sidecars.map((each) => start(engine, each)));
      const { State: after } = await container.inspect();
      return exitCode(engine, first.id, before.StartedAt, after.StartedAt);
    })(),
    options,
  );
  return { code, seconds };
}

/**
 * The exit code with which a container ended between two times of the engine's clock; undefined if the engine has
 * forgotten it. The state of a container that runs again does not have it any more.
 */
async function exitCode(
  engine: Docker,
  id: string,
  since: string,
  until: string,
): Promise<number | undefined> {
  const stream = await engine.getEvents({
    since: Math.floor(Date.parse(since) / 1000),
    until: Date.parse(until) / 1000,
    filters: { container: [id], event: ["die"] },
  });
  let text = "";
  for await (const chunk of stream) text += chunk;
  const events = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => dieEvent.safeParse(JSON.parse(line)));
  return events.flatMap(({ data }) => (data === undefined ? [] : [data.Actor.Attributes.exitCode])).at(-1);
}

const dieEvent = z.object({
  Actor: z.object({ Attributes: z.object({ exitCode: z.coerce.number() }) }),
});

/** Stops a container. Resolves to its exit code; undefined if it did not run. */
async function stop(engine: Docker, { id, state }: FoundContainer): Promise<number | undefined> {
  const container = engine.getContainer(id);
  // A frozen process would not get the signal, and be killed at the end of its grace.
  if (state === "paused") await container.unpause();
  const isStopped = await changed(whileAnswering(engine, container.stop({ abortSignal: patient() })));
  return isStopped ? (await container.inspect()).State.ExitCode : undefined;
}

async function start(engine: Docker, { id, state, planned }: FoundContainer): Promise<void> {
  const container = engine.getContainer(id);
  if (state === "paused") await container.unpause();
  await changed(container.start()).catch((error: unknown) => {
    if (!(error instanceof EngineRefusal)) throw error;
    throw new Told(
      `${planned.name} cannot be started: ${error.message}. If this does not change, \`pulumi up --refresh\` makes it anew.`,
    );
  });
}

/** Whether a call changed something. The engine answers 304 if the container is in the wanted state already. */
async function changed(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 304) return false;
    throw error;
  }
}

const PING_MILLISECONDS = 5000;

/** Resolves to the outcome of a long call, and rejects as soon as the engine does not answer other calls any more. */
async function whileAnswering<T>(engine: Docker, call: Promise<T>): Promise<T> {
  const end = new AbortController();
  const failure = (async (): Promise<never> => {
    for (;;) {
      await sleep(PING_MILLISECONDS, undefined, { signal: end.signal });
      await engine.ping();
    }
  })();
  failure.catch(() => undefined);
  call.catch(() => undefined);
  try {
    return await Promise.race([call, failure]);
  } finally {
    end.abort();
  }
}

/** A call with a signal has no limit of time. The engine ends the process when its grace is over. */
function patient(): AbortSignal {
  return new AbortController().signal;
}
