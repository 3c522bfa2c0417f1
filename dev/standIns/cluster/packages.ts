import { type Display, step } from "../../progress";
import { canInstallPackages, installPackages } from "../../toolchain/apt";
import { exists } from "../../toolchain/cache";
import { findOnPath } from "../../toolchain/executables";

/** Where Debian's package puts the CNI plugins. */
export const CNI_PLUGINS = "/usr/lib/cni";

/** The packages of Debian and Ubuntu, keyed by the program that each provides. */
const PACKAGES: Readonly<Record<string, string>> = {
  containerd: "containerd",
  etcd: "etcd-server",
  etcdctl: "etcd-client",
  ip: "iproute2",
  iptables: "iptables",
  nft: "nftables",
};

/** Installs the programs of distributions that a test cluster needs, or rejects with what to do. */
export async function prepareClusterPackages(display: Display): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      "A test cluster runs a Kubernetes node in a network namespace, and only root can make one. Run this as root.",
    );
  }
  const missing: string[] = [];
  for (const [program, name] of Object.entries(PACKAGES)) {
    if ((await findOnPath(program, process.env)) === undefined) missing.push(name);
  }
  if (!(await exists(`${CNI_PLUGINS}/ptp`))) missing.push("containernetworking-plugins");
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(" ")}`;
  if (!(await canInstallPackages())) {
    throw new Error(
      `A test cluster needs programs that are not installed. On Debian or Ubuntu, run \`${command}\`, then run this again.`,
    );
  }
  // Where systemd runs, the package etcd-server starts a database on this machine. Its owner has to decide about that.
  if (missing.includes("etcd-server") && (await exists("/run/systemd/system"))) {
    throw new Error(
      `A test cluster needs programs that are not installed. Run \`${command}\`, then run this again. The package ` +
        "etcd-server also starts an etcd on this machine, which a test cluster does not need. " +
        "`systemctl disable --now etcd` stops it.",
    );
  }
  await step("Installing the programs of a test cluster", (log) => installPackages(log, missing), {
    display,
  });
}
