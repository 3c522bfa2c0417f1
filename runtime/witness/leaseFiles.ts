import { randomBytes } from "node:crypto";
import { link, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { BootClock } from "../bootClock";
import { isObject, parseJson } from "../json";
import type { LeaseRecord } from "./decide";

/** A change that took longer than this, from its first look to its last step, counts as not made. */
const CHANGE_SECONDS = 10;
/** A file that has been of no use for this long may be written over. */
const KEEP_SECONDS = 60;
/** How many files a key has at least. They are enough for all renewals of KEEP_SECONDS. */
const FILES = 20;
/** How many files a key has at most. A caller that makes more changes in KEEP_SECONDS would fill the disk. */
const MOST_FILES = 5000;
/**
 * The length of every name except the numbered ones, which are shorter. One name fits where another was, so the folder
 * needs no more space.
 */
const NAME_LENGTH = 84;
/** One block. A file takes all its space when it is made, so that later writes into it need none. */
const FILE_BYTES = 4096;

/** What one look at the folder found. */
export interface Found {
  /** The number of the newest file; 0 where there is none. */
  readonly version: number;
  /** How many numbered files there are. */
  readonly count: number;
  /** What the newest file that can be read holds. */
  readonly record: LeaseRecord | undefined;
  /** When the look began. */
  readonly since: number;
}

/**
 * The lease of one key, in a folder that the witnesses of several stacks use at the same time. Files of other keys are
 * not touched.
 *
 * **A change** of the lease is a new file, `<key>.<number>`, with the number after the newest one. The file is written
 * under another name first, "aside". Then link(2) gives it its number, which fails where the number is taken. So of
 * several witnesses that saw the same lease only one changes it, and the others look again. Nobody reads a file that is
 * half written, and a killed process leaves no lock behind.
 *
 * **Old files** are removed. Then a witness that was stopped between its look and its link could take a number that was
 * used before. This does no harm: a file is removed only when the next one is KEEP_SECONDS old, and a witness that
 * needed more than CHANGE_SECONDS treats its change as not made. All witnesses read one clock. The newest file is
 * never removed, so the late file is always an older one, which does not count.
 *
 * **A full disk** does not stop a renewal. A file that is removed becomes a spare, and the next change is written
 * over a spare, so it needs no space and no inode. A file that was left aside never becomes a spare: its process may
 * have been killed after the link, and then it is the same file as a numbered one.
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
      // A file that cannot be read was a renewal that was being written when the machine went down.
      if (record !== undefined) return { version, count: versions.length, record, since };
    }
    return { version, count: versions.length, record: undefined, since };
  }

  /**
   * Writes the record as the change after what was found. False where somebody else was faster, or where it took too
   * long; then the caller has to look again.
   * @param lasting whether the record must survive a power failure, for which the disk is waited for
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
      // The file got no number, so nobody else uses it, and it can be a spare.
      await rename(aside, this.newSpare()).catch(ignoreAbsence);
      return false;
    }
    if (lasting) await this.syncDirectory();
    return this.clock.seconds() - found.since < CHANGE_SECONDS;
  }

  /** Makes the files that renewals use in turns. Rejects where the disk has no room for them. */
  async reserve(): Promise<void> {
    const { versions, spares } = await this.list();
    for (let missing = FILES - versions.length - spares.length; missing > 0; missing -= 1)
      await create(this.newSpare());
  }

  /** Removes files that nobody needs any more, or makes them spares. */
  async tidy(): Promise<void> {
    const { versions, asides, spares } = await this.list();
    for (const name of asides) if (this.isLeftOver(name)) await removeIfThere(this.path(name));
    let missing = FILES - spares.length;
    for (const version of await this.outdated(versions)) {
      const path = this.path(`${this.key}.${version}`);
      // A folder with many keys may have no room for another name. Then removing a file makes room.
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

  /** The files of the key by kind. Numbers come newest first. */
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

  /** Moves a spare to the path; makes a new file where there is no spare. */
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

/** Makes a file with all the space that it will ever need. Where there is no room it rejects, and leaves no file. */
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

/** Writes a text over all that a file holds. */
async function write(path: string, text: string, lasting: boolean): Promise<void> {
  const content = Buffer.alloc(FILE_BYTES, " ");
  if (content.write(text) < Buffer.byteLength(text))
    throw new Error(`the lease does not fit into ${FILE_BYTES} bytes`);
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

function codeOf(failure: unknown): unknown {
  return failure instanceof Error && "code" in failure ? failure.code : undefined;
}
