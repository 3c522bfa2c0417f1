import { randomInt } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf, namesIn, orUndefined } from "./Disk";
import type { Run } from "./run";

/**
 * A lock between programs that share a directory. Each holder makes a file `<base>.lock.<number>`, with the next number
 * after the one that it follows; making a file is atomic, so only one program follows another. The holder touches its
 * file as a sign of life. Whoever waits sees by its own clock whether that goes on, so clocks need not agree.
 *
 * A holder that stood still for long may find that it was followed. Whoever works under this lock must therefore do no
 * harm when two work at once. The lock saves the work of the second.
 */
export class FileLock {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly run: Run,
  ) {}

  /** Does the work while nobody else does. Waits for whoever is at it, and says so once. */
  static async hold<T>(base: string, what: string, run: Run, work: () => Promise<T>): Promise<T> {
    const lock = await FileLock.acquire(base, what, run);
    const life = new AbortController();
    const beating = lock.beat(life.signal);
    try {
      return await work();
    } finally {
      life.abort();
      await beating;
      await lock.release();
    }
  }

  private static async acquire(base: string, what: string, run: Run): Promise<FileLock> {
    let watched: { readonly sign: string; readonly since: number } | undefined;
    let hasSaid = false;
    for (;;) {
      run.signal.throwIfAborted();
      const [highest] = await locksOf(base);
      const sign = highest === undefined ? undefined : await signOfLife(highest.path);
      if (highest !== undefined && sign === undefined) continue;
      if (sign !== undefined && watched?.sign !== sign) watched = { sign, since: run.clock.now() };
      const isStale = watched !== undefined && run.clock.now() - watched.since >= run.patience.stale;
      if (sign === undefined || isStale) {
        const lock = await FileLock.follow(base, highest?.number ?? 0, run);
        if (lock !== undefined) return lock;
        continue;
      }
      if (!hasSaid) run.reporter.say(`${what}: another program is at it; this one waits.`);
      hasSaid = true;
      await run.clock.sleep(run.patience.lockPoll, run.signal);
    }
  }

  /** Makes the file after `number`, or undefined where somebody else was faster. */
  private static async follow(base: string, number: number, run: Run): Promise<FileLock | undefined> {
    const path = `${base}.lock.${number + 1}`;
    const file = await run.disk.create(path, 0o644).catch((error: unknown) => {
      if (codeOf(error) === "EEXIST") return undefined;
      throw error;
    });
    if (file === undefined) return undefined;
    const lock = new FileLock(path, file, run);
    const others = (await locksOf(base)).filter((other) => other.path !== path);
    // Files are only removed after a later one was made. So whoever looked at an old list sees the later one now.
    if (others.some((other) => other.number > number + 1)) {
      await lock.release();
      return undefined;
    }
    for (const other of others) await orUndefined(unlink(other.path));
    return lock;
  }

  private async beat(signal: AbortSignal): Promise<void> {
    // Whoever waits compares only whether the time is another one. A later lock may have the same path and inode, so
    // each lock begins elsewhere.
    for (let time = randomInt(2 ** 31); !signal.aborted; time++) {
      await this.file.utimes(time, time).catch(() => undefined);
      await this.run.clock.sleep(this.run.patience.heartbeat, signal).catch(() => undefined);
    }
  }

  private async release(): Promise<void> {
    await this.file.close();
    await orUndefined(unlink(this.path));
  }
}

interface LockFile {
  readonly path: string;
  readonly number: number;
}

/** The highest first. */
async function locksOf(base: string): Promise<readonly LockFile[]> {
  const directory = dirname(base);
  const prefix = `${basename(base)}.lock.`;
  return (await namesIn(directory))
    .filter((name) => name.startsWith(prefix) && /^\d{1,15}$/.test(name.slice(prefix.length)))
    .map((name) => ({ path: join(directory, name), number: Number(name.slice(prefix.length)) }))
    .sort((a, b) => b.number - a.number);
}

async function signOfLife(path: string): Promise<string | undefined> {
  const found = await orUndefined(stat(path));
  return found === undefined ? undefined : `${path} ${found.ino} ${found.mtimeMs}`;
}
