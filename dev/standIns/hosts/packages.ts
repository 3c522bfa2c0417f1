import { step } from "../../progress";
import { canInstallPackages, installPackages } from "../../toolchain/apt";
import { exists } from "../../toolchain/cache";
import { findOnPath } from "../../toolchain/executables";

/** By program, the package of Debian and Ubuntu that has it. */
const PACKAGES: Readonly<Record<string, string>> = {
  ip: "iproute2",
  iptables: "iptables",
  ssh: "openssh-client",
  sshd: "openssh-server",
  tcpdump: "tcpdump",
};

/** Sees to the programs that test hosts are made with. */
export async function preparePackages(): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      "Test hosts are made of network namespaces and engines of their own, which takes root. Run this as root.",
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
      `Test hosts need more programs: on Debian or Ubuntu, run \`${command}\`, then run this again.`,
    );
  }
  // Where systemd runs, that package opens the machine itself to SSH, which is for its owner to decide.
  if (missing.includes("openssh-server") && (await exists("/run/systemd/system"))) {
    throw new Error(
      `Test hosts need more programs: run \`${command}\`, then run this again. It also starts an SSH server of this ` +
        "machine, which they do not need; `systemctl disable --now ssh ssh.socket` ends that.",
    );
  }
  await step("Installing what test hosts are made with", (log) => installPackages(log, missing));
}
