import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { step } from "../../progress";
import { machinePrograms, TestEngine } from "./engine";
import {
  copyStored,
  type Image,
  listImages,
  moveToStore,
  removeUnused,
  storeOf,
  useStore,
} from "./imageStores";
import { cgroupOf, type Pool, poolsDirectory } from "./pool";

/**
 * The folders under an engine's data-root that hold its images. No engine ever writes to a layer, because a container's
 * changes go to files of their own.
 */
const STORED = { shared: ["overlay2"], own: ["image"] };

/**
 * Provides a folder with the development stack's images in an engine's own format. Hosts' engines start with a copy of it.
 * It is made once for all hosts: loading the images takes 5 s and 0.5 GB for each host, but a copy takes 0.2 s and 10 MB.
 * The machine's own engine must have the images.
 */
export async function provideImages(pool: Pool): Promise<string> {
  const images = await listImages();
  const store = storeOf(poolsDirectory(), images);
  if (await useStore(store)) return store;
  await step("Copying the images for test hosts", () => fillStore(pool, images, store));
  await removeUnused(store);
  return store;
}

/** Copies the images into the data-root of an engine that has not run yet. */
export function layImages(store: string, dataRoot: string): Promise<void> {
  return copyStored(store, dataRoot, STORED);
}

/** Loads the images into an engine without a network, and keeps the folders that it made for them. */
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
    throw new Error("The development stack's images changed while they were being copied. Run this again.");
  }
  const made = join(folder, "store");
  await mkdir(made);
  for (const name of [...STORED.shared, ...STORED.own])
    await rename(join(engine.dataRoot, name), join(made, name));
  await moveToStore(made, store);
  await rm(folder, { recursive: true });
}
