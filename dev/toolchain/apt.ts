import type { StepLog } from "../progress";
import { exists } from "./cache";
import { findOnPath } from "./executables";

/** Whether this process may install Debian packages: on Debian or Ubuntu, as root. */
export async function canInstallPackages(): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await exists("/etc/debian_version"))) return false;
  return (await findOnPath("apt-get", process.env)) !== undefined;
}

/**
 * Installs packages without a question. The package lists are fetched only when the installation fails, because one
 * broken source of the machine would make `apt-get update` fail without need.
 */
export async function installPackages(log: StepLog, packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  // Another set-up, or the machine's own updates, may hold the lock for some time.
  const patience = ["-o", "DPkg::Lock::Timeout=300"];
  const install = ["install", "--yes", "--no-install-recommends", ...patience, ...packages];
  try {
    await log.run("apt-get", install, { env });
  } catch {
    await log.run("apt-get", ["update", ...patience], { env }).catch(() => {});
    await log.run("apt-get", install, { env });
  }
}
