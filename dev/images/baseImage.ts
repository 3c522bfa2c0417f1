import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StepLog, step } from "../progress";
import { canInstallPackages, installPackages } from "../toolchain/apt";
import { findOnPath } from "../toolchain/executables";

/** Milliseconds. */
const PULL_PATIENCE = 60_000;

/**
 * Makes the image of a release of Debian, which others start from. It is pulled, or made of Debian's packages when no
 * registry answers. A second tag tells a person which release it is.
 */
export function buildBase(name: string, release: string): Promise<void> {
  return step(`Making the image of Debian ${release}`, async (log) => {
    const pulled = `debian:${release}-slim`;
    try {
      await log.run("docker", ["pull", pulled], { timeout: PULL_PATIENCE });
      await log.run("docker", ["tag", pulled, name]);
    } catch {
      await bootstrap(log, name, release);
    }
    await log.run("docker", ["tag", name, `dokomodo-testbed/debian:${release}`]);
  });
}

/** Makes the smallest Debian that has apt, without documentation and translations. */
async function bootstrap(log: StepLog, name: string, release: string): Promise<void> {
  await requireMmdebstrap(log);
  const directory = await mkdtemp(join(tmpdir(), "dokomodo-debian-"));
  try {
    const archive = join(directory, "base.tar");
    const unread = ["doc", "man", "info", "locale"].map(
      (folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`,
    );
    const options = ["--variant=minbase", ...unread, `--aptopt=${OLD_INDEX}`];
    await log.run("mmdebstrap", [...options, release, archive]);
    await log.run("docker", ["import", "--change", 'CMD ["bash"]', archive, name]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * A mirror may have an index of Debian's testing that is older than a week, after which it expires. It is good enough
 * here, and apt still checks its signature.
 */
const OLD_INDEX = 'Acquire::Check-Valid-Until "false"';

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
