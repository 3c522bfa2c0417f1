import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { askPulumi, pulumiError, type StackCommand } from "../pulumi";
import { type StateFolder, stateFolder } from "./backend";
import { IS_LOCKED, type Lock, parseLocks } from "./locks";

/** The locks of a stack, wherever they are kept. */
export interface KeptLocks {
  read(): Promise<Lock[]>;
  /** Takes these locks away. */
  lift(locks: readonly Lock[]): Promise<void>;
}

/** Finds out where the locks of a stack are kept. */
export async function keptLocks(command: StackCommand): Promise<KeptLocks> {
  const folder = await stateFolder(command);
  return folder === undefined ? inBucket(command) : inFolder(folder);
}

const lockShape = z.object({
  pid: z.number(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/** Pulumi can neither name a lock nor take it away while the file of the state is broken. So they are read from the folder. */
function inFolder({ locks: folder }: StateFolder): KeptLocks {
  return {
    read: async () => {
      // Each lock has a file of attributes beside it, named `….json.attrs`.
      const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json"));
      const found = await Promise.all(names.map((name) => readLock(join(folder, name))));
      return found.filter((lock) => lock !== undefined);
    },
    lift: async (locks) => {
      for (const { where } of locks) {
        const path = where.slice("file://".length);
        await rm(path, { force: true });
        await rm(`${path}.attrs`, { force: true });
      }
    },
  };
}

/** Undefined if its run has ended meanwhile. */
async function readLock(path: string): Promise<Lock | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { pid, username: user, hostname: machine, timestamp } = lockShape.parse(JSON.parse(text));
  return { where: `file://${path}`, user, machine, pid, since: new Date(timestamp) };
}

/**
 * Only Pulumi knows how to read every kind of bucket, and it names the locks in the error of a command that needs one. So it
 * is asked for a command that can never be carried out: to give the stack the name that it has (docs/internals/pulumi.md, a
 * lock).
 */
function inBucket({ stack, ...cli }: StackCommand): KeptLocks {
  return {
    read: async () => {
      const args = ["stack", "rename", stack];
      const answer = await askPulumi([...args, "--stack", stack], cli);
      const said = `${answer.stdout}\n${answer.stderr}`;
      const locks = parseLocks(said);
      if (IS_LOCKED.test(said) && locks.length > 0) return locks;
      if (NOT_LOCKED.test(said)) return [];
      throw pulumiError(args, answer, stack);
    },
    // Pulumi takes all locks of a stack away at once.
    lift: async () => {
      const args = ["cancel", "--yes"];
      const answer = await askPulumi([...args, "--stack", stack], cli);
      if (!answer.ok) throw pulumiError(args, answer, stack);
    },
  };
}

/** The stack has the name already, or there is no stack yet. */
const NOT_LOCKED = /a stack named \S+ already exists|no stack named/;
