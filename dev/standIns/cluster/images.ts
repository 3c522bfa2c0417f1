import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
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

/** Copies an image that contains only CoreDNS to the node. The machine's engine keeps it for the next cluster. */
export async function provideDnsImage(pool: ClusterPool, { kubernetes }: Parts): Promise<void> {
  const program = createHash("sha256")
    .update(await readFile(join(kubernetes, "coredns")))
    .digest("hex");
  if ((await programOf(DNS_IMAGE)) !== program) await importDnsImage(kubernetes, program);
  await copyImages(pool, [DNS_IMAGE]);
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
