import { step } from "../../progress";
import { canInstallPackages, installPackages } from "../../toolchain/apt";
import { exists } from "../../toolchain/cache";
import { findOnPath } from "../../toolchain/executables";

/** The packages of Debian and Ubuntu, keyed by the program that each provides. */
const PACKAGES: Readonly<Record<string, string>> = {
  ip: "iproute2",
  iptables: "iptables",
  ssh: "openssh-client",
  sshd: "openssh-server",
  tcpdump: "tcpdump",
};

/** Installs the programs that test hosts need, or rejects with what to do. */
export async function preparePackages(): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      "Test hosts are network namespaces with their own Docker Engines, and only root can make them. Run this as root.",
    );
  }
  const missing: string[] = [];
  for (const [program, name] of Object.entries(PACKAGES)) {
    if ((await findOnPath(program, process.env)) === undefined) missing.push(name);
  }
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(" ")}`;
  if (!(await canInstallPackages())) {
    throw new Error(
      `Test hosts need programs that are not installed. On Debian or Ubuntu, run \`${command}\`, then run this again.`,
    );
  }
  // Where systemd runs, the package openssh-server opens this machine to SSH. Its owner has to decide about that.
  if (missing.includes("openssh-server") && (await exists("/run/systemd/system"))) {
    throw new Error(
      `Test hosts need programs that are not installed. Run \`${command}\`, then run this again. The package ` +
        "openssh-server also starts an SSH server on this machine, which test hosts do not need. " +
        "`systemctl disable --now ssh ssh.socket` stops it.",
    );
  }
  await step("Installing the programs of test hosts", (log) => installPackages(log, missing));
}
