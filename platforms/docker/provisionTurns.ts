import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { EngineRefusal } from "./engineApi";

/** A run that is alive starts its container, and removes it after its end, within so many looks. */
const LOOKS = 40;
const LOOK_MILLISECONDS = 250;

export interface TurnArgs {
  create(): Promise<Docker.Container>;
  /** Waits until a container of another run has ended. */
  untilEnded(container: Docker.Container): Promise<unknown>;
}

/** Creates the container as soon as no other run has one of its name. */
export async function createInTurn(
  engine: Docker,
  name: string,
  { create, untilEnded }: TurnArgs,
): Promise<Docker.Container> {
  for (;;) {
    await untilFree(engine, name, untilEnded);
    try {
      return await create();
    } catch (error) {
      // Another run was faster.
      if (!(error instanceof EngineRefusal && error.message.includes("is already in use"))) throw error;
    }
  }
}

/**
 * Waits until no other run has a container of this name. Another stack's run may have one at this moment, and starts and
 * removes it. A run that was interrupted may have left one, which is removed here when it has ended.
 */
async function untilFree(engine: Docker, name: string, untilEnded: TurnArgs["untilEnded"]): Promise<void> {
  let seen = "";
  for (let looks = 0; ; looks++) {
    const found = await unlessGone(engine.getContainer(name).inspect());
    if (found === undefined) return;
    const { Id: id, State: state } = found;
    // Several runs may take their turns meanwhile, each with a container of its own.
    if (id !== seen || state.Running) looks = 0;
    seen = id;
    const container = engine.getContainer(id);
    if (state.Running) await unlessGone(untilEnded(container));
    else if (looks >= LOOKS) await unlessGone(container.remove({ force: true }));
    else await sleep(LOOK_MILLISECONDS);
  }
}

/** The result of a call about a container; undefined if another run has removed the container, or is about to. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof EngineRefusal && [404, 409].includes(error.status)) return undefined;
    throw error;
  }
}

/** Whether another run removed this run's container, because it took it for one that was left behind. */
export function wasTaken(error: unknown): boolean {
  return error instanceof EngineRefusal && /no such container|marked for removal/i.test(error.message);
}
