import { randomBytes } from "node:crypto";
import { link, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { BootClock } from "../bootClock";
import { isObject, parseJson } from "../json";
import type { LeaseRecord } from "./decide";

/** A change that took longer than this from its first look to its last step does not count. */
const CHANGE_SECONDS = 10;
/** Files that have been of no use for this long are written anew. */
const KEEP_SECONDS = 60;
/** How many files a key has at least: enough for the renewals of as long as each of them is kept. */
const FILES = 20;
/** How many changes of KEEP_SECONDS are taken: whoever makes more fills the disk. */
const MOST_FILES = 5000;
/** Of each name but the shorter, numbered ones: it fits where any other was, so the folder needs no more space either. */
const NAME_LENGTH = 84;
/** One block. The space of a file is taken once, so that nothing that is written into it later needs more. */
const FILE_BYTES = 4096;

/** What is known of the key: the number of its newest file, 0 where there is none, and what was last written. */
export interface Found {
  readonly version: number;
  /** How many numbered files there are. */
  readonly count: number;
  readonly record: LeaseRecord | undefined;
  /** When the look began. */
  readonly since: number;
}

/**
 * The lease of one key, in a folder that the witnesses of several stacks use at once. Files of other keys are not
 * touched.
 *
 * Every change of the lease is a file, `<key>.<number>`, one number higher than the newest: written aside, then
 * given its name by link(2), which fails where the name is taken. So of several that saw the same lease one alone
 * changes it, and the others look again; nobody reads a file that is half written; and there is no lock that a killed
 * process could leave behind.
 *
 * Older files have to go some day, after which a process that was stopped between its look and its link could take a
 * number a second time. A file is therefore taken away only once the next one is KEEP_SECONDS old, and who needed more
 * than CHANGE_SECONDS takes its own change for undone; all of them read one clock. The newest file is never taken away,
 * so such a late one is always an older one, which counts for nothing.
 *
 * A file that is taken away becomes a spare, and the next change is written into a spare, over what is there. A renewal
 * thus needs no space and no inode, and succeeds on a full disk. What was written aside is never made a spare: its
 * process may have been killed after the link, and then it is the same file as a numbered one.
 */
export class LeaseFiles {
  constructor(
    private readonly directory: string,
    /** 66 hex digits. */
    readonly key: string,
    private readonly clock: BootClock,
  ) {}

  async find(): Promise<Found> {
    const since = this.clock.seconds();
    const { versions } = await this.list();
    const [version = 0] = versions;
    for (const each of versions) {
      const record = await this.read(each);
      // One that cannot be read was being written when the machine went down: a renewal of the one before it.
      if (record !== undefined) return { version, count: versions.length, record, since };
    }
    return { version, count: versions.length, record: undefined, since };
  }

  /**
   * Whether the record follows what was found; else somebody was faster, and it is to be looked for again.
   * @param lasting whether it has to survive a power failure, which takes as long as the disk does
   */
  async follow(found: Found, record: LeaseRecord, lasting: boolean): Promise<boolean> {
    if (found.count > MOST_FILES)
      throw new Error(`the lease was changed more than ${MOST_FILES} times within a minute`);
    const aside = this.newName(`lease.${this.keyPart}.${this.bootPart()}.${Math.ceil(record.renewedAt)}`);
    try {
      await this.takeSpare(aside);
      await write(aside, JSON.stringify(record), lasting);
      await link(aside, this.path(`${this.key}.${found.version + 1}`));
      await removeIfThere(aside);
    } catch (failure) {
      if (codeOf(failure) !== "EEXIST") {
        await removeIfThere(aside);
        throw failure;
      }
      // It got no number, so it is nobody else's, and may be written anew.
      await rename(aside, this.newSpare()).catch(ignoreAbsence);
      return false;
    }
    if (lasting) await this.syncDirectory();
    return this.clock.seconds() - found.since < CHANGE_SECONDS;
  }

  /** Makes as many files as renewals take in turns; rejects where the disk has no room for them. */
  async reserve(): Promise<void> {
    const { versions, spares } = await this.list();
    for (let missing = FILES - versions.length - spares.length; missing > 0; missing -= 1)
      await create(this.newSpare());
  }

  /** Takes away what nobody needs any more. */
  async tidy(): Promise<void> {
    const { versions, asides, spares } = await this.list();
    for (const name of asides) if (this.isLeftOver(name)) await removeIfThere(this.path(name));
    let missing = FILES - spares.length;
    for (const version of await this.outdated(versions)) {
      const path = this.path(`${this.key}.${version}`);
      // A folder of many keys may be too full for another name: a name less makes room.
      if (missing > 0) await rename(path, this.newSpare()).catch(() => removeIfThere(path));
      else await removeIfThere(path);
      missing -= 1;
    }
    for (const name of spares.slice(FILES)) await removeIfThere(this.path(name));
  }

  private async outdated(versions: readonly number[]): Promise<number[]> {
    const outdated: number[] = [];
    let next: LeaseRecord | undefined;
    let hasReadable = false;
    for (const version of versions) {
      const record = await this.read(version);
      if (hasReadable && (next === undefined || this.isOld(next))) outdated.push(version);
      hasReadable ||= record !== undefined;
      next = record;
    }
    return outdated;
  }

  private isOld({ bootId, renewedAt }: LeaseRecord): boolean {
    return bootId !== this.clock.bootId || this.clock.seconds() - renewedAt > KEEP_SECONDS;
  }

  private isLeftOver(name: string): boolean {
    const [, , , boot, seconds] = name.split(".");
    return boot !== this.bootPart() || this.clock.seconds() - Number(seconds) > KEEP_SECONDS;
  }

  /** What there is of the key; numbers from the newest on. */
  private async list() {
    const names = await readdir(this.directory);
    const versions = names.flatMap((name) => {
      const [, key, version] = /^([0-9a-f]{66})\.(\d+)$/.exec(name) ?? [];
      return key === this.key ? Number(version) : [];
    });
    return {
      versions: versions.sort((a, b) => b - a),
      spares: names.filter((name) => name.startsWith(`.spare.${this.keyPart}.`)),
      asides: names.filter((name) => name.startsWith(`.lease.${this.keyPart}.`)),
    };
  }

  private async read(version: number): Promise<LeaseRecord | undefined> {
    try {
      return recordOf(parseJson(await readFile(this.path(`${this.key}.${version}`), "utf8")));
    } catch (failure) {
      if (codeOf(failure) === "ENOENT") return undefined;
      throw failure;
    }
  }

  /** A spare, under this path; a new file where there is none. */
  private async takeSpare(path: string): Promise<void> {
    for (const name of (await this.list()).spares) {
      const isTaken = await rename(this.path(name), path).then(() => true, ignoreAbsence);
      if (isTaken === true) return;
    }
    await create(path);
  }

  private async syncDirectory(): Promise<void> {
    const directory = await open(this.directory, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  private newSpare(): string {
    return this.newName(`spare.${this.keyPart}`);
  }

  private newName(start: string): string {
    const bytes = randomBytes(NAME_LENGTH).toString("hex");
    return this.path(`.${start}.${bytes}`.slice(0, NAME_LENGTH));
  }

  private get keyPart(): string {
    return this.key.slice(0, 18);
  }

  private path(name: string): string {
    return join(this.directory, name);
  }

  private bootPart(): string {
    return this.clock.bootId.slice(0, 8);
  }
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

/** A file with all the space that it will ever need; none where there is no room. */
async function create(path: string): Promise<void> {
  const file = await open(path, "wx", 0o644);
  try {
    await file.write(Buffer.alloc(FILE_BYTES, " "), 0, FILE_BYTES, 0);
  } catch (failure) {
    await removeIfThere(path);
    throw failure;
  } finally {
    await file.close();
  }
}

/** Writes a text over all that is in a file. */
async function write(path: string, text: string, lasting: boolean): Promise<void> {
  const content = Buffer.alloc(FILE_BYTES, " ");
  if (content.write(text) < Buffer.byteLength(text)) throw new Error("the lease is too long");
  const file = await open(path, "r+");
  try {
    await file.write(content, 0, FILE_BYTES, 0);
    if (lasting) await file.sync();
  } finally {
    await file.close();
  }
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch(ignoreAbsence);
}

function ignoreAbsence(failure: unknown): void {
  if (codeOf(failure) !== "ENOENT") throw failure;
}

export function codeOf(failure: unknown): unknown {
  return failure instanceof Error && "code" in failure ? failure.code : undefined;
}
