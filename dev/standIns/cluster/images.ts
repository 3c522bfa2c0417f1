import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  copyStored,
  type Image,
  listImages,
  moveToStore,
  removeUnused,
  storeOf,
  useStore,
} from "../hosts/imageStores";
import { run } from "../hosts/run";
import { DNS_IMAGE } from "./manifests";
import { IMAGE_NAMESPACE } from "./node";
import type { Parts } from "./parts";
import { type ClusterPool, clustersDirectory, filesOf } from "./pool";
import type { Program } from "./program";

/**
 * Gives containerd, which has not run yet, the development stack's images and that of CoreDNS, and starts it. To load them
 * takes 10 s for each cluster. So the first cluster keeps a copy of what containerd has made of them, and the others begin
 * with that copy. The machine's own Docker Engine must have the images.
 */
export async function startWithImages(
  pool: ClusterPool,
  { kubernetes }: Parts,
  containerd: Program,
): Promise<void> {
  await provideDnsImage(kubernetes);
  const images = await listImages();
  const store = storeOf(clustersDirectory(), images);
  if (await useStore(store)) await copyStored(store, filesOf(pool).containerd, STORED);
  else await fillStore(pool, images, store, containerd);
  await containerd.start();
}

const OVERLAY = "io.containerd.snapshotter.v1.overlayfs";
const METADATA = "io.containerd.metadata.v1.bolt";
/**
 * What containerd's root has of images. It changes its databases, and never a layer, because a container has files of its
 * own.
 */
const STORED = {
  shared: ["io.containerd.content.v1.content", METADATA, OVERLAY],
  own: [`${METADATA}/meta.db`, `${OVERLAY}/metadata.db`],
};

/** Loads the images into containerd, under the same names, ends it, and keeps what it made of them. */
async function fillStore(
  pool: ClusterPool,
  images: readonly Image[],
  store: string,
  containerd: Program,
): Promise<void> {
  const { containerd: root, socket } = filesOf(pool);
  await containerd.start();
  const { execa } = await import("execa");
  const save = ["save", ...images.map(([tag]) => tag)];
  const load = ["--address", socket, "--namespace", IMAGE_NAMESPACE, "images", "import", "-"];
  await execa("docker", save, { buffer: false }).pipe("ctr", load, { stdout: "ignore" });
  await containerd.stop();
  const made = join(pool.folder, "images");
  await copyStored(root, made, STORED);
  await moveToStore(made, store);
  await removeUnused(store);
}

/** Makes the image that contains only CoreDNS, unless the machine's engine has it from an earlier cluster. */
async function provideDnsImage(kubernetes: string): Promise<void> {
  const program = createHash("sha256")
    .update(await readFile(join(kubernetes, "coredns")))
    .digest("hex");
  if ((await programOf(DNS_IMAGE)) !== program) await importDnsImage(kubernetes, program);
}

const PROGRAM_LABEL = "dokomodo.program";

/** SHA-256 of the program in an image that importDnsImage made. Undefined if there is no such image. */
async function programOf(image: string): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${PROGRAM_LABEL}"}}`;
  return run("docker", "image", "inspect", "--format", format, image).catch(() => undefined);
}

async function importDnsImage(kubernetes: string, program: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dokomodo-cluster-"));
  try {
    const archive = join(folder, "files.tar");
    await run("tar", "--create", "--file", archive, "--directory", kubernetes, "coredns");
    const changes = ['ENTRYPOINT ["/coredns"]', `LABEL ${PROGRAM_LABEL}=${program}`];
    await run("docker", "import", ...changes.flatMap((change) => ["--change", change]), archive, DNS_IMAGE);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
