import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import Docker from "dockerode";
import { imageName } from "../../images/images";
import { SOURCES } from "../../images/sources";
import { exists } from "../../toolchain/cache";
import { run } from "./run";

/** A tag and an id. */
export type Image = readonly [string, string];

const STORE = "images-";
const UNUSED_AFTER = 60 * 60 * 1000;

/** The development stack's images, and those that were made for test clusters, without those that only this machine needs. */
export async function listImages(engine = new Docker()): Promise<Image[]> {
  const hereOnly = SOURCES.filter((source) => source.hereOnly === true).map(({ name }) => imageName(name));
  const pattern = imageName("*");
  const [start = "", end = ""] = pattern.split("*");
  const images = await engine.listImages({ filters: { reference: [pattern] } });
  return images
    .flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((tag): Image => [tag, Id]))
    .filter(([tag]) => tag.startsWith(start) && tag.endsWith(end) && !hereOnly.includes(tag))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/**
 * Path of the store of these images: a folder that has them in the format of an engine or of containerd, so that a new one
 * starts with a copy.
 */
export function storeOf(folder: string, images: readonly Image[]): string {
  const key = createHash("sha256").update(JSON.stringify(images)).digest("hex").slice(0, 16);
  return join(folder, `${STORE}${key}`);
}

/** Whether there is such a store. If so it is in use from now on. */
export async function useStore(store: string): Promise<boolean> {
  if (!(await exists(store))) return false;
  await utimes(store, new Date(), new Date());
  return true;
}

/** Paths of a store, relative to it. */
export interface Stored {
  /** Folders whose files are never changed once they are there, so all copies share them (hard links). */
  readonly shared: readonly string[];
  /** Files or folders of which each copy has its own. They may be inside of shared folders. */
  readonly own: readonly string[];
}

/** Copies the images of a store, or into one. */
export async function copyStored(from: string, to: string, { shared, own }: Stored): Promise<void> {
  await mkdir(to, { recursive: true });
  await run("cp", "--archive", "--link", ...shared.map((path) => join(from, path)), to);
  for (const path of own) {
    await run("cp", "--archive", "--remove-destination", join(from, path), dirname(join(to, path)));
  }
}

/** Moves a folder to the place of the store, unless another process has made the store meanwhile. */
export async function moveToStore(made: string, store: string): Promise<void> {
  await rename(made, store).catch(async (error: unknown) => {
    if (!(await exists(store))) throw error;
  });
}

/** Removes stores of older images beside a store that nobody has used for an hour. What was copied from them stays. */
export async function removeUnused(store: string): Promise<void> {
  const folder = dirname(store);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(STORE) || path === store) continue;
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > UNUSED_AFTER) await rm(path, { recursive: true, force: true });
  }
}
