import { type FileHandle, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Content, readArchive } from "./archive";
import { type Chosen, chooseEntries, type Entry } from "./archiveRules";
import { DiskFull, isDiskFull } from "./failures";
import type { Run } from "./run";

/** The archive's file is not what it was when it was fetched. */
export class Changed extends Error {}

const UNPACKED = "the unpacked bootstrap";

/** Looks through the archive, and chooses what is taken. Throws Refused and Changed. */
export async function listArchive(path: string, sha256: string, run: Run): Promise<Chosen> {
  const entries: Entry[] = [];
  const digest = await readArchive(path, "the bootstrap (checking)", run, async (entry, content) => {
    entries.push(entry);
    content.resume();
  });
  if (digest !== sha256) throw new Changed();
  return chooseEntries(entries);
}

/**
 * Unpacks what was chosen into a new directory, and sends all of it to the disk. Throws DiskFull, and Changed where the
 * archive is another one than at the time of the choice.
 */
export async function unpack(
  path: string,
  sha256: string,
  { files, bytes }: Chosen,
  directory: string,
  run: Run,
): Promise<void> {
  const free = await run.disk.freeBytes(dirname(directory));
  if (bytes > free) throw new DiskFull(UNPACKED, bytes, free, false);
  let place = 0;
  let written = 0;
  const digest = await readArchive(path, "the bootstrap (unpacking)", run, async (_entry, content) => {
    const file = files.get(place++);
    if (file === undefined) {
      content.resume();
      return;
    }
    await writeFile(join(directory, file), content, run).catch(async (error: unknown) => {
      if (!isDiskFull(error)) throw error;
      // What was unpacked goes, so its room counts as free.
      await run.disk.remove(directory);
      throw new DiskFull(UNPACKED, bytes, await run.disk.freeBytes(dirname(directory)), true);
    });
    written++;
  });
  if (digest !== sha256 || written !== files.size) throw new Changed();
  await syncDirectories(directory, run);
}

async function writeFile(path: string, content: Content, run: Run): Promise<void> {
  await run.disk.makeDirectory(dirname(path));
  const file = await run.disk.create(path);
  try {
    await writeContent(file, content, run);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** After a failure the rest of the content is let pass. To leave it would end the archive, and hide the failure. */
async function writeContent(file: FileHandle, content: Content, run: Run): Promise<void> {
  const failures: unknown[] = [];
  let position = 0;
  for await (const chunk of content) {
    if (failures.length > 0) continue;
    if (!(chunk instanceof Uint8Array)) throw new TypeError("the content of an archive comes in bytes");
    await run.disk.write(file, chunk, position).catch((error: unknown) => failures.push(error));
    position += chunk.length;
  }
  if (failures.length > 0) throw failures[0];
}

/** The innermost first. */
async function syncDirectories(directory: string, run: Run): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries)
    if (entry.isDirectory()) await syncDirectories(join(directory, entry.name), run);
  await run.disk.sync(directory);
}
