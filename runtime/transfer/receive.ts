import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, open, readlink, rename, rm, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { isDiskFull } from "../provision/failures";
import { digestOf, type Entry, type FileEntry, isSha256, parentOf, parseEntry } from "./entry";
import { failureAt, TransferFailure } from "./failures";
import { INCOMING, release, syncDirectory } from "./marks";
import type { ReceivePlan } from "./plan";
import { freeBytes, noRoom } from "./room";
import { VERSION } from "./send";
import { look, sha256Of, walk, writeAt } from "./volume";
import type { Wire } from "./Wire";

/** The most entries that a volume may have. */
const MOST_ENTRIES = 1_000_000;
/** What stays free beside what is copied, so that the daemon and the host have room to work. */
const SPARE = 16 * 2 ** 20;

/**
 * The receiver's side of one session. It is written so that it may be broken off at any moment: a file is written beside
 * its place and renamed when its SHA-256 is right, and the volume counts as whole only at the end of the last pass.
 */
export class Receiving {
  private readonly listed = new Map<string, Entry>();
  /** SHA-256 of files in the volume that were looked at in this session. */
  private readonly known = new Map<string, string>();

  constructor(
    private readonly wire: Wire,
    private readonly plan: ReceivePlan,
  ) {}

  async run(): Promise<void> {
    const { hello, pass } = await this.wire.object();
    if (hello !== VERSION || pass !== this.plan.pass)
      throw new TransferFailure(
        "The two sides are not of the same release of dokomodo, or not in the same pass.",
      );
    const wanted = await this.list();
    await this.removeOthers();
    await this.requireRoom(wanted);
    await this.makeDirectories();
    for (const { path } of wanted) await this.wire.send({ want: path });
    await this.wire.send({ wantedAll: true });
    await this.takeFiles();
    if (this.plan.pass === "last") await this.finish();
    await this.wire.send({ finished: true });
  }

  private path(path: string): string {
    return join(this.plan.directory, path);
  }

  /** Reads what the sender has. Returns the files that are not here as they are there. */
  private async list(): Promise<FileEntry[]> {
    const wanted: FileEntry[] = [];
    for (;;) {
      const { entry: stated, listed } = await this.wire.object();
      if (listed !== undefined) break;
      const entry = parseEntry(stated, this.plan.seenAt);
      const parent = parentOf(entry.path);
      const isPlaced = parent === "" || this.listed.get(parent)?.type === "directory";
      if (!isPlaced || this.listed.has(entry.path) || this.listed.size === MOST_ENTRIES)
        throw new TransferFailure(
          `The other side sent an entry that is not accepted: ${JSON.stringify(entry.path)}.`,
        );
      this.listed.set(entry.path, entry);
      if (entry.type === "file" && !(await this.has(entry))) wanted.push(entry);
    }
    return wanted;
  }

  /**
   * Whether a file is here. Ahead of the last pass its size and time are believed, because the last pass compares its
   * content.
   */
  private async has(entry: FileEntry): Promise<boolean> {
    const { pass } = this.plan;
    const here = await look(this.plan, entry.path);
    if (here?.type !== "file" || here.size !== entry.size) return false;
    if (pass === "ahead") return here.mtime === entry.mtime;
    const sha256 = await this.sha256(entry);
    this.known.set(entry.path, sha256);
    return sha256 === entry.sha256;
  }

  private async sha256({ path, size }: FileEntry): Promise<string> {
    return sha256Of(this.path(path), size).catch((error: unknown) => {
      throw failureAt(error, path, this.plan.called);
    });
  }

  /** Removes what the sender does not have, or has as something else. The sender's volume has all that counts. */
  private async removeOthers(): Promise<void> {
    const others: string[] = [];
    for await (const here of walk(this.plan)) {
      if (this.listed.get(here.path)?.type !== here.type) others.push(here.path);
    }
    for (const path of others) await rm(this.path(path), { recursive: true, force: true });
  }

  /** Ends before anything is written if it will not fit. */
  private async requireRoom(wanted: readonly FileEntry[]): Promise<void> {
    const { directory, called, makeRoom } = this.plan;
    await rm(this.part, { force: true });
    let needed = 0;
    let largest = 0;
    for (const { path, room } of wanted) {
      const here = await look(this.plan, path);
      const freed = here?.type === "file" ? here.room : 0;
      needed += room - freed;
      largest = Math.max(largest, freed);
    }
    // The earlier file goes when the new one is whole.
    needed += largest + SPARE;
    const free = await freeBytes(directory);
    if (free < needed) throw noRoom(called, needed - free, free, makeRoom);
  }

  /** Parents come before their children, and nothing but directories is in their places. */
  private async makeDirectories(): Promise<void> {
    for (const entry of this.listed.values()) {
      if (entry.type !== "directory") continue;
      try {
        await mkdir(this.path(entry.path), { mode: 0o700 });
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST"))
          throw failureAt(error, entry.path, this.plan.called);
        await chmod(this.path(entry.path), 0o700);
      }
    }
  }

  private async takeFiles(): Promise<void> {
    for (;;) {
      const { file, gone, sent } = await this.wire.object();
      if (sent !== undefined) return;
      if (gone !== undefined) continue;
      const entry = parseEntry(file, this.plan.seenAt);
      if (entry.type !== "file" || this.listed.get(entry.path)?.type !== "file")
        throw new TransferFailure("The other side sent a file that it did not list.");
      try {
        await this.take(entry);
      } catch (error) {
        if (isDiskFull(error)) {
          const free = await freeBytes(this.plan.directory);
          throw noRoom(this.plan.called, Math.max(entry.size - free, SPARE), free, this.plan.makeRoom);
        }
        throw failureAt(error, entry.path, this.plan.called);
      }
    }
  }

  private get part(): string {
    return join(this.plan.directory, INCOMING, "part");
  }

  private async take(entry: FileEntry): Promise<void> {
    const file = await open(this.part, "w", 0o600);
    try {
      const hash = createHash("sha256");
      let position = 0;
      let message = await this.wire.next();
      for (; "bytes" in message; message = await this.wire.next()) {
        hash.update(message.bytes);
        position += await writeAt(file, message.bytes, position);
        if (position > entry.size)
          throw new TransferFailure("The other side sent more of a file than it said.");
      }
      const { sha256, bytes, isStill } = message.object;
      const digest = hash.digest("hex");
      if (!isSha256(sha256) || sha256 !== digest || bytes !== position)
        throw new TransferFailure(`${JSON.stringify(entry.path)} did not arrive as it was sent.`);
      // What ends in a hole has to have its length.
      await file.truncate(position);
      await file.chmod(entry.mode);
      // A file that changed while it was read is never taken for the same in a later pass.
      const time = isStill === true ? new Date(entry.mtime) : new Date(0);
      await file.utimes(time, time);
      await file.sync();
      await file.close();
      await rename(this.part, this.path(entry.path));
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  }

  /** Makes links, modes and times those of the sender, compares the whole, and says that the volume is whole. */
  private async finish(): Promise<void> {
    const { directory, called } = this.plan;
    for (const entry of [...this.listed.values()].reverse()) {
      try {
        await this.adjust(entry);
      } catch (error) {
        throw failureAt(error, entry.path, called);
      }
    }
    await this.wire.send({ digest: digestOf(await this.whole()) });
    const { same } = await this.wire.object();
    if (same !== true)
      throw new TransferFailure("The other side did not say that both volumes are the same.");
    await release(directory);
  }

  private async adjust(entry: Entry): Promise<void> {
    const path = this.path(entry.path);
    if (entry.type === "link") {
      const target = await readlink(path).catch(() => undefined);
      if (target === entry.target) return;
      await rm(path, { force: true });
      await symlink(entry.target, path);
      return;
    }
    if (entry.type === "file") {
      const time = new Date(entry.mtime);
      await utimes(path, time, time);
    } else await syncDirectory(path);
    if (((await lstat(path)).mode & 0o777) !== entry.mode) await chmod(path, entry.mode);
  }

  /** Everything that is in the volume now. Files that arrived in this session are read from the disk once more. */
  private async whole(): Promise<Entry[]> {
    const all: Entry[] = [];
    for await (const here of walk(this.plan)) {
      if (here.type !== "file") all.push(here);
      else {
        const listed = this.listed.get(here.path);
        const known = this.known.get(here.path);
        const isKept = listed?.type === "file" && listed.sha256 === known;
        all.push({ ...here, sha256: isKept && known !== undefined ? known : await this.sha256(here) });
      }
    }
    return all;
  }
}
