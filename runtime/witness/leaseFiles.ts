import { randomUUID } from "node:crypto";
import { link, open, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { isObject, parseJson } from "../agent/json";
import type { BootClock } from "../bootClock";
import type { LeaseRecord } from "./decide";

/** A change that took longer than this from its first look to its last step does not count. */
const CHANGE_SECONDS = 10;
/** Files that have been of no use for this long are removed. */
const KEEP_SECONDS = 60;

/** What is known of a key: the number of its newest file, 0 where there is none, and what was last written. */
export interface Found {
  readonly version: number;
  readonly record: LeaseRecord | undefined;
  /** When the look began. */
  readonly since: number;
}

/**
 * The leases of all keys, in a folder that the witnesses of several stacks use at once.
 *
 * Every change of a lease is a new file, `<key>.<number>`, one number higher than the newest: written aside, then
 * given its name by link(2), which fails where the name is taken. So of several that saw the same lease one alone
 * changes it, and the others look again; nobody reads a file that is half written; and there is no lock that a killed
 * process could leave behind.
 *
 * Older files have to go some day, after which a process that was stopped between its look and its link could take a
 * number a second time. A file is therefore removed only once the next one is KEEP_SECONDS old, and who needed more
 * than CHANGE_SECONDS takes its own change for undone; all of them read one clock. The newest file is never removed, so
 * such a late one is always an older one, which counts for nothing.
 */
export class LeaseFiles {
  constructor(
    private readonly directory: string,
    private readonly clock: BootClock,
  ) {}

  async keys(): Promise<string[]> {
    const names = await readdir(this.directory);
    return [...new Set(names.flatMap((name) => versionOf(name)?.key ?? []))];
  }

  async find(key: string): Promise<Found> {
    const since = this.clock.seconds();
    const versions = await this.versions(key);
    for (const version of versions) {
      const record = await this.read(key, version);
      // One that cannot be read was being written when the machine went down: a renewal of the one before it.
      if (record !== undefined) return { version: versions[0] ?? 0, record, since };
    }
    return { version: versions[0] ?? 0, record: undefined, since };
  }

  /**
   * Whether the record follows what was found; else somebody was faster, and it is to be looked for again.
   * @param lasting whether it has to survive a power failure, which takes as long as the disk does
   */
  async follow(key: string, found: Found, record: LeaseRecord, lasting: boolean): Promise<boolean> {
    const aside = join(
      this.directory,
      `.lease.${this.bootPart()}.${Math.ceil(record.renewedAt)}.${randomUUID()}`,
    );
    try {
      await this.writeAside(aside, record, lasting);
      await link(aside, this.path(key, found.version + 1));
      if (lasting) await this.syncDirectory();
    } catch (failure) {
      if (codeOf(failure) === "EEXIST") return false;
      throw failure;
    } finally {
      await removeIfThere(aside);
    }
    return this.clock.seconds() - found.since < CHANGE_SECONDS;
  }

  /** Removes what nobody needs any more. */
  async tidy(): Promise<void> {
    for (const name of await readdir(this.directory)) {
      if (this.isLeftOver(name)) await removeIfThere(join(this.directory, name));
    }
    for (const key of await this.keys()) await this.tidyKey(key);
  }

  private async tidyKey(key: string): Promise<void> {
    let next: LeaseRecord | undefined;
    let hasReadable = false;
    for (const version of await this.versions(key)) {
      const record = await this.read(key, version);
      if (hasReadable && (next === undefined || this.isOld(next)))
        await removeIfThere(this.path(key, version));
      hasReadable ||= record !== undefined;
      next = record;
    }
  }

  private isOld({ bootId, renewedAt }: LeaseRecord): boolean {
    return bootId !== this.clock.bootId || this.clock.seconds() - renewedAt > KEEP_SECONDS;
  }

  private isLeftOver(name: string): boolean {
    const [, boot, seconds] = /^\.lease\.([0-9a-f]+)\.(\d+)\.[0-9a-f-]+$/.exec(name) ?? [];
    if (boot === undefined) return false;
    return boot !== this.bootPart() || this.clock.seconds() - Number(seconds) > KEEP_SECONDS;
  }

  /** The newest first. */
  private async versions(key: string): Promise<number[]> {
    const names = await readdir(this.directory);
    const found = names.map(versionOf).flatMap((file) => (file?.key === key ? file.version : []));
    return found.sort((a, b) => b - a);
  }

  private async read(key: string, version: number): Promise<LeaseRecord | undefined> {
    try {
      return recordOf(parseJson(await readFile(this.path(key, version), "utf8")));
    } catch (failure) {
      if (codeOf(failure) === "ENOENT") return undefined;
      throw failure;
    }
  }

  private async writeAside(path: string, record: LeaseRecord, lasting: boolean): Promise<void> {
    const file = await open(path, "wx", 0o644);
    try {
      await file.writeFile(JSON.stringify(record));
      if (lasting) await file.sync();
    } finally {
      await file.close();
    }
  }

  private async syncDirectory(): Promise<void> {
    const directory = await open(this.directory, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  private path(key: string, version: number): string {
    return join(this.directory, `${key}.${version}`);
  }

  private bootPart(): string {
    return this.clock.bootId.replaceAll("-", "");
  }
}

function versionOf(name: string): { readonly key: string; readonly version: number } | undefined {
  const [, key, version] = /^([0-9a-f]{66})\.(\d+)$/.exec(name) ?? [];
  return key === undefined ? undefined : { key, version: Number(version) };
}

function recordOf(value: unknown): LeaseRecord | undefined {
  if (!isObject(value)) return undefined;
  const { instance, holder, seconds, round, bootId, renewedAt } = value;
  if (typeof instance !== "string" || typeof holder !== "string" || typeof bootId !== "string")
    return undefined;
  if (typeof seconds !== "number" || typeof round !== "number" || typeof renewedAt !== "number")
    return undefined;
  return { instance, holder, seconds, round, bootId, renewedAt };
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((failure: unknown) => {
    if (codeOf(failure) !== "ENOENT") throw failure;
  });
}

export function codeOf(failure: unknown): unknown {
  return failure instanceof Error && "code" in failure ? failure.code : undefined;
}
