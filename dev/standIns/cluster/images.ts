import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listImages, moveToStore, removeUnused, storeOf, useStore } from "../hosts/imageStores";
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
  if (!(await useStore(store))) {
    await containerd.start();
    await copyImages(
      pool,
      images.map(([tag]) => tag),
    );
    await containerd.stop();
    await keepImages(pool, store);
    await removeUnused(store);
  } else await layImages(store, filesOf(pool).containerd);
  await containerd.start();
}

/** Copies images of the machine's Docker Engine to a cluster's node, under the same names. */
export async function copyImages(pool: ClusterPool, references: readonly string[]): Promise<void> {
  if (references.length === 0) return;
  const { execa } = await import("execa");
  const target = ["--address", filesOf(pool).socket, "--namespace", IMAGE_NAMESPACE];
  await execa("docker", ["save", ...references], { buffer: false }).pipe(
    "ctr",
    [...target, "images", "import", "-"],
    { stdout: "ignore" },
  );
}

const OVERLAY = "io.containerd.snapshotter.v1.overlayfs";
/** What containerd's root has of images. */
const STORED = ["io.containerd.content.v1.content", "io.containerd.metadata.v1.bolt", OVERLAY];
/** The files in it that containerd changes. It never changes a layer, because a container has files of its own. */
const DATABASES = ["io.containerd.metadata.v1.bolt/meta.db", `${OVERLAY}/metadata.db`];

/** Copies the images from a store, or into one. Both share the files that nobody changes. */
async function layImages(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await run("cp", "--archive", "--link", ...STORED.map((name) => join(from, name)), to);
  for (const name of DATABASES) {
    await run("cp", "--archive", "--remove-destination", join(from, name), join(to, name));
  }
}

async function keepImages(pool: ClusterPool, store: string): Promise<void> {
  const draft = join(pool.folder, "images");
  await layImages(filesOf(pool).containerd, draft);
  await moveToStore(draft, store);
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
