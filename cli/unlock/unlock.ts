import type { Leftovers } from "../../platforms/leftovers";
import type { StackCommand } from "../pulumi";
import { mendCheckpoint } from "./checkpoint";
import { readInterrupted, refresh } from "./interrupted";
import { keptLocks } from "./keptLocks";
import { type Holder, holderOf, type Lock, lockText, type Processes } from "./locks";
import { processesHere } from "./processes";

export interface UnlockOptions {
  /** Whether a lock of another machine is lifted. */
  readonly yes?: boolean | undefined;
  readonly processes?: Processes | undefined;
  readonly now?: Date | undefined;
}

/**
 * Lifts the locks of runs that have ended without doing so. Says who holds each of them. A lock stays where its process
 * runs on this machine. One of another machine is lifted only with `yes`.
 * @returns whether the stack is free
 */
export async function lift(
  command: StackCommand,
  say: (line: string) => void,
  { yes = false, processes = processesHere(), now = new Date() }: UnlockOptions = {},
): Promise<boolean> {
  const { stack } = command;
  const kept = await keptLocks(command);
  const locks = await kept.read();
  const holders = locks.map((lock) => ({ lock, holder: holderOf(lock, processes) }));
  for (const { lock, holder } of holders)
    say(`Stack ${stack} is locked by ${lockText(lock, now)}. ${SAYS[holder]}`);
  const stays = holders.filter(({ holder }) => holder === "alive" || (holder === "elsewhere" && !yes));
  if (stays.length > 0) {
    say(`Nothing was changed. ${advice(stays, stack)}`);
    return false;
  }
  if (locks.length === 0) return true;
  // Where all locks are taken away together, somebody may have got one meanwhile.
  const after = await kept.read();
  if (after.some(({ where }) => !locks.some((lock) => lock.where === where))) {
    return lift(command, say, { yes, processes, now });
  }
  await kept.lift(locks);
  say(`The lock${locks.length > 1 ? "s are" : " is"} lifted.`);
  return true;
}

const SAYS: Readonly<Record<Holder, string>> = {
  alive: "It still runs on this machine.",
  dead: "It has ended on this machine, and has not given the lock back.",
  elsewhere: "Nobody here knows whether it still runs there.",
};

function advice(stays: readonly { readonly lock: Lock; readonly holder: Holder }[], stack: string): string {
  const alive = stays.filter(({ holder }) => holder === "alive").map(({ lock }) => lock.pid);
  if (alive.length > 0)
    return `Wait until ${alive.length === 1 ? "it has" : "they have"} ended, or end ${alive.length === 1 ? "it" : "them"} with Ctrl-C there or \`kill -INT ${alive.join(" ")}\`: Pulumi then finishes what it has begun.`;
  const machines = [...new Set(stays.map(({ lock }) => lock.machine))].join(", ");
  return `Look on ${machines} whether the process runs, for example in the job that began it. If it does not, \`dokomodo unlock --yes --stack ${stack}\` lifts the lock. Two runs at once would leave things behind that the state does not know.`;
}

/**
 * Mends what an interrupted run left, so that the next `up` succeeds: a state that was cut off while it was written, and
 * what was made without being written down. Volumes stay. It does nothing if nothing was interrupted.
 * @param open opens what removes leftovers on the hosts
 * @returns whether something was mended
 */
export async function mend(
  command: StackCommand,
  open: () => Promise<Leftovers>,
  say: (line: string) => void,
): Promise<boolean> {
  const isCut = await mendCheckpoint(command, say);
  const interrupted = await readInterrupted(command);
  if (interrupted === undefined) return isCut;
  const { operations, begun, known } = interrupted;
  say(`The last run was interrupted. It was ${operations.join(", ")}.`);
  const leftovers = await open();
  try {
    for (const each of begun) {
      const removed = await leftovers.remove(each, known);
      if (removed !== undefined) say(`Removed ${removed}, which it had begun to make.`);
    }
  } finally {
    leftovers.close();
  }
  say("Pulumi compares its state with what is there.");
  await refresh(command);
  return true;
}
