import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StepLog, step } from "../progress";
import { canInstallPackages, installPackages } from "../toolchain/apt";
import { findOnPath } from "../toolchain/executables";

/** Under what names the other images and a person find it. */
const NAMES = ["dokomodo-testbed/debian:dev", "dokomodo-testbed/debian:bookworm"] as const;
const RELEASE = "bookworm";
const PULL_PATIENCE = 60_000;

/** Debian as the base of the other images: pulled where a container registry is in reach, else made of its packages. */
export function buildBase(): Promise<void> {
  return step("Making the image debian", async (log) => {
    const pulled = `debian:${RELEASE}-slim`;
    try {
      await log.run("docker", ["pull", pulled], { timeout: PULL_PATIENCE });
      for (const name of NAMES) await log.run("docker", ["tag", pulled, name]);
    } catch {
      await bootstrap(log);
    }
  });
}

/** The smallest Debian that has apt, without what only people read. */
async function bootstrap(log: StepLog): Promise<void> {
  await requireMmdebstrap(log);
  const directory = await mkdtemp(join(tmpdir(), "dokomodo-debian-"));
  try {
    const archive = join(directory, "base.tar");
    const unread = ["doc", "man", "info", "locale"].map(
      (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
    );
    await log.run("mmdebstrap", ["--variant=minbase", ...unread, RELEASE, archive]);
    const [name, ...others] = NAMES;
    await log.run("docker", ["import", "--change", 'CMD ["bash"]', archive, name]);
    for (const other of others) await log.run("docker", ["tag", name, other]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function requireMmdebstrap(log: StepLog): Promise<void> {
  if ((await findOnPath("mmdebstrap", process.env)) !== undefined) return;
  if (await canInstallPackages()) {
    // Ubuntu does not know Debian's keys without the second.
    await installPackages(log, ["mmdebstrap", "debian-archive-keyring"]);
    return;
  }
  throw new Error(
    "No container registry is in reach, and without one the development stack's images are made from Debian's " +
      "packages by mmdebstrap. Run `sudo apt-get install mmdebstrap debian-archive-keyring`, then run this again.",
  );
}
