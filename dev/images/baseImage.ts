import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StepLog, step } from "../progress";
import { canInstallPackages, installPackages } from "../toolchain/apt";
import { findOnPath } from "../toolchain/executables";

/** The other images are built from the first name. The second one tells a person which release it is. */
const NAMES = ["dokomodo-testbed/debian:dev", "dokomodo-testbed/debian:bookworm"] as const;
const RELEASE = "bookworm";
/** Milliseconds. */
const PULL_PATIENCE = 60_000;

/** Makes Debian's image, the base of the others. It is pulled, or made of Debian's packages when no registry answers. */
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

/** Makes the smallest Debian that has apt, without documentation and translations. */
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
    // Ubuntu has Debian's keys only with the second package.
    await installPackages(log, ["mmdebstrap", "debian-archive-keyring"]);
    return;
  }
  throw new Error(
    "No container registry can be reached. Without one, mmdebstrap makes the development stack's images from Debian's " +
      "packages, and it is not installed. Run `sudo apt-get install mmdebstrap debian-archive-keyring`, then run this again.",
  );
}
