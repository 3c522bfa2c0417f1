import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Reporter } from "../provision/Reporter";
import { digestOf, type Entry, type FileEntry } from "./entry";
import { failureAt, TransferFailure } from "./failures";
import type { SendPlan } from "./plan";
import { contentOf, fileEntry, isGone, openFile, sha256Of, walk } from "./volume";
import type { Wire } from "./Wire";

/** The version of what is said; both sides are of the same release. */
export const VERSION = 1;

/** What was sent in one session. */
export interface Sent {
  readonly files: number;
  readonly bytes: number;
  /** All files of the volume and their bytes. */
  readonly allFiles: number;
  readonly allBytes: number;
}

/**
 * The sender's side of one session: lists the volume, sends the files that the receiver wants, and in the last pass
 * compares the digests of both sides.
 */
export async function send(wire: Wire, plan: SendPlan, reporter: Reporter): Promise<Sent> {
  const { called, pass } = plan;
  await wire.send({ hello: VERSION, pass });
  const entries = await list(wire, plan, reporter);
  const sent = await sendWanted(wire, plan, entries, reporter);
  if (pass === "last") {
    const { digest } = await wire.object();
    await requireUnchanged(entries, plan);
    if (digest !== digestOf(entries.values()))
      throw new TransferFailure(
        `What arrived is not what ${called} has, although every file was right. Try again, and check the disks of both hosts if this comes back.`,
      );
    await wire.send({ same: true });
  }
  const { finished } = await wire.object();
  if (finished !== true) throw new TransferFailure("The other side ended without saying that all is there.");
  const files = [...entries.values()].filter((entry) => entry.type === "file");
  return { ...sent, allFiles: files.length, allBytes: sum(files) };
}

/** Tells the receiver all entries. In the last pass each file comes with its SHA-256. */
async function list(wire: Wire, plan: SendPlan, reporter: Reporter): Promise<ReadonlyMap<string, Entry>> {
  const { directory, called, pass } = plan;
  const entries = new Map<string, Entry>();
  let done = 0;
  for await (const found of walk(plan)) {
    let entry = found;
    if (entry.type === "file" && pass === "last") {
      const { path, size } = entry;
      const sha256 = await sha256Of(join(directory, path), size).catch((error: unknown) => {
        throw failureAt(error, path, called);
      });
      entry = { ...entry, sha256 };
      done += size;
      reporter.progress({ what: "compared", done, total: undefined });
    }
    entries.set(entry.path, entry);
    await wire.send({ entry });
  }
  await wire.send({ listed: entries.size });
  return entries;
}

/** Sends the files that the receiver asks for. */
async function sendWanted(
  wire: Wire,
  plan: SendPlan,
  entries: ReadonlyMap<string, Entry>,
  reporter: Reporter,
): Promise<{ files: number; bytes: number }> {
  const wanted: FileEntry[] = [];
  for (;;) {
    const { want, wantedAll } = await wire.object();
    if (wantedAll === true) break;
    const entry = typeof want === "string" ? entries.get(want) : undefined;
    if (entry?.type !== "file")
      throw new TransferFailure("The other side asked for what it was not offered.");
    wanted.push(entry);
  }
  const total = sum(wanted);
  let bytes = 0;
  for (const entry of wanted) {
    bytes += await sendFile(wire, plan, entry, (part) => {
      reporter.progress({ what: "sent", done: bytes + part, total });
    });
  }
  await wire.send({ sent: wanted.length });
  return { files: wanted.length, bytes };
}

/** Sends a file as it is now, and what it was when it was read. Returns how many bytes it had. */
async function sendFile(
  wire: Wire,
  { directory, called, pass }: SendPlan,
  listed: FileEntry,
  onSent: (bytes: number) => void,
): Promise<number> {
  const { path } = listed;
  const file = await openFile(join(directory, path)).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw failureAt(error, path, called);
  });
  if (file === undefined) {
    if (pass === "last") throw changed(path, called);
    await wire.send({ gone: path });
    return 0;
  }
  try {
    const before = fileEntry(path, await file.stat());
    await wire.send({ file: before });
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of contentOf(file, before.size)) {
      hash.update(chunk);
      bytes += chunk.length;
      await wire.sendBytes(chunk);
      onSent(bytes);
    }
    const after = fileEntry(path, await file.stat());
    const isStill = bytes === before.size && after.size === before.size && after.mtime === before.mtime;
    const sha256 = hash.digest("hex");
    if (pass === "last" && (!isStill || sha256 !== listed.sha256)) throw changed(path, called);
    await wire.send({ sha256, bytes, isStill });
    return bytes;
  } catch (error) {
    throw failureAt(error, path, called);
  } finally {
    await file.close();
  }
}

/** Looks once more whether each entry is as it was listed. */
async function requireUnchanged(entries: ReadonlyMap<string, Entry>, plan: SendPlan): Promise<void> {
  const { called } = plan;
  let count = 0;
  for await (const now of walk(plan)) {
    const listed = entries.get(now.path);
    const before = listed?.type === "file" ? { ...listed, sha256: undefined } : listed;
    if (before === undefined || digestOf([before]) !== digestOf([now])) throw changed(now.path, called);
    count++;
  }
  if (count !== entries.size)
    throw new TransferFailure(`Something was removed from ${called} while it was copied. ${STOPPED}`);
}

const STOPPED = "Has the daemon been started again? Stop it, then try again.";

function changed(path: string, called: string): TransferFailure {
  return new TransferFailure(`${JSON.stringify(path)} in ${called} changed while it was copied. ${STOPPED}`);
}

function sum(files: readonly FileEntry[]): number {
  return files.reduce((bytes, { size }) => bytes + size, 0);
}
