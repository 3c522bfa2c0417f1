import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { imageName } from "../../images/images";
import { step } from "../../progress";
import { exists } from "../../toolchain/cache";
import { machinePrograms, TestEngine } from "./engine";
import { cgroupOf, type Pool, poolsDirectory } from "./pool";
import { run } from "./run";

/** A tag and an id. */
type Image = readonly [string, string];

/** What an engine keeps images in, under its data-root. */
const LAYERS = "overlay2";
const INDEX = "image";

/**
 * A folder with the development stack's images as an engine keeps them, which hosts' engines start from. It is made
 * once for all hosts: each loading them by itself takes 5 s and 0.5 GB a host, a copy of it takes 0.2 s and 10 MB.
 * The machine's own engine has to have the images.
 */
export async function provideImages(pool: Pool): Promise<string> {
  const images = await listImages();
  const key = createHash("sha256").update(JSON.stringify(images)).digest("hex").slice(0, 16);
  const store = join(poolsDirectory(), `images-${key}`);
  if (await exists(store)) {
    await utimes(store, new Date(), new Date());
    return store;
  }
  await step("Copying the images for test hosts", () => fillStore(pool, images, store));
  await removeUnused(store);
  return store;
}

/** Lays the images into the data-root of an engine that has not run on it yet. */
export async function layImages(store: string, dataRoot: string): Promise<void> {
  await mkdir(dataRoot, { recursive: true });
  // Layers are never written to: what a container changes is a file of its own. So all engines can share theirs.
  await run("cp", "--archive", "--link", join(store, LAYERS), dataRoot);
  await run("cp", "--archive", join(store, INDEX), dataRoot);
}

async function listImages(engine = new Docker()): Promise<Image[]> {
  const pattern = imageName("*");
  const [start = "", end = ""] = pattern.split("*");
  const images = await engine.listImages({ filters: { reference: [pattern] } });
  return images
    .flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((tag): Image => [tag, Id]))
    .filter(([tag]) => tag.startsWith(start) && tag.endsWith(end))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Loads the images into an engine without a network, and keeps what it made of them. */
async function fillStore(pool: Pool, images: readonly Image[], store: string): Promise<void> {
  const folder = join(pool.folder, ".images");
  const engine = new TestEngine({
    folder,
    namespace: pool.prefix,
    hostname: "images",
    cgroup: cgroupOf(pool),
    programs: machinePrograms,
    flags: ["--bridge=none", "--iptables=false"],
  });
  await engine.start();
  const { execa } = await import("execa");
  const load = ["--host", `unix://${engine.socket}`, "load"];
  const save = ["save", ...images.map(([tag]) => tag)];
  await execa("docker", save, { buffer: false }).pipe("docker", load, { stdout: "ignore" });
  const loaded = await listImages(new Docker({ socketPath: engine.socket }));
  await engine.stop();
  if (JSON.stringify(loaded) !== JSON.stringify(images)) {
    throw new Error(
      "The development stack's images were made anew while they were being copied. Run this again.",
    );
  }
  const made = join(folder, "store");
  await mkdir(made);
  for (const name of [LAYERS, INDEX]) await rename(join(engine.dataRoot, name), join(made, name));
  // Another pool may have been faster.
  await rename(made, store).catch(async (error: unknown) => {
    if (!(await exists(store))) throw error;
  });
  await rm(folder, { recursive: true });
}

const UNUSED_AFTER = 60 * 60 * 1000;

/** Of images that have been made anew since. What hosts took of them stays theirs. */
async function removeUnused(current: string): Promise<void> {
  for (const name of await readdir(poolsDirectory())) {
    const path = join(poolsDirectory(), name);
    if (!name.startsWith("images-") || path === current) continue;
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > UNUSED_AFTER) await rm(path, { recursive: true, force: true });
  }
}
