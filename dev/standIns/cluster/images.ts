import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../hosts/run";
import { DNS_IMAGE } from "./manifests";
import { IMAGE_NAMESPACE } from "./node";
import type { Parts } from "./parts";
import { type ClusterPool, filesOf } from "./pool";

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

/** Makes an image that contains only CoreDNS, and copies it to the node. */
export async function provideDnsImage(pool: ClusterPool, { kubernetes }: Parts): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dokomodo-cluster-"));
  try {
    const archive = join(folder, "files.tar");
    await run("tar", "--create", "--file", archive, "--directory", kubernetes, "coredns");
    await run("docker", "import", "--change", 'ENTRYPOINT ["/coredns"]', archive, DNS_IMAGE);
    await copyImages(pool, [DNS_IMAGE]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
