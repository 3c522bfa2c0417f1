import { type Display, step } from "../../progress";
import { canInstallPackages, installPackages } from "../../toolchain/apt";
import { exists } from "../../toolchain/cache";
import { findOnPath } from "../../toolchain/executables";

/** Where Debian's package puts them. */
export const CNI_PLUGINS = "/usr/lib/cni";

/** By program, the package of Debian and Ubuntu that has it. */
const PACKAGES: Readonly<Record<string, string>> = {
  containerd: "containerd",
  etcd: "etcd-server",
  etcdctl: "etcd-client",
  ip: "iproute2",
  iptables: "iptables",
  nft: "nftables",
};

/** Sees to the programs that a test cluster is made with and that distributions have. */
export async function prepareClusterPackages(display: Display): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      "A test cluster is a network namespace with a node of Kubernetes in it, which takes root. Run this as root.",
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
      `A test cluster needs more programs: on Debian or Ubuntu, run \`${command}\`, then run this again.`,
    );
  }
  // Where systemd runs, that package starts a database of this machine, which is for its owner to decide.
  if (missing.includes("etcd-server") && (await exists("/run/systemd/system"))) {
    throw new Error(
      `A test cluster needs more programs: run \`${command}\`, then run this again. It also starts an etcd of this ` +
        "machine, which a test cluster does not need; `systemctl disable --now etcd` ends that.",
    );
  }
  await step("Installing what a test cluster is made with", (log) => installPackages(log, missing), {
    display,
  });
}
