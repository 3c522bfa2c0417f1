import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { findOnPath } from "../../toolchain/executables";
import { startDaemon, untilAnswers } from "./daemon";
import type { Pool, TestHost } from "./pool";
import { run } from "./run";

/** Absolute paths of what reaches the hosts of a pool. */
export interface SshFiles {
  /** The hosts' keys, and no others. */
  readonly knownHosts: string;
  /** The operator's private key. */
  readonly identity: string;
}

export function sshFilesOf(pool: Pool): SshFiles {
  return { knownHosts: join(pool.folder, "known_hosts"), identity: join(pool.folder, "id_ed25519") };
}

/** Makes the operator's key and a known_hosts without hosts. */
export async function createSshFiles(pool: Pool): Promise<void> {
  const { knownHosts, identity } = sshFilesOf(pool);
  await createKey(identity, "operator");
  await writeFile(knownHosts, "");
}

/** Starts a host's SSH server, waits until it answers, and makes its key known. */
export async function startSsh(pool: Pool, host: TestHost): Promise<void> {
  // sshd starts itself again for each connection, and wants to be called by its full path for that.
  const sshd = await findOnPath("sshd", process.env);
  if (sshd === undefined) throw new Error("There is no sshd; it is part of the package openssh-server.");
  const { knownHosts, identity } = sshFilesOf(pool);
  const key = join(host.folder, "ssh_host_ed25519_key");
  const config = join(host.folder, "sshd_config");
  await createKey(key, host.name);
  await writeFile(config, serverConfig(host, key, `${identity}.pub`));
  // Where sshd puts those who have not logged in yet; a service would have it made.
  await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const place = { namespace: host.namespace, hostname: host.name };
  const daemon = startDaemon(place, join(host.folder, "sshd.log"), sshd, ["-D", "-e", "-f", config]);
  await untilAnswers(`The SSH server of ${host.name}`, daemon, () => accepts(host.address, 22));
  const [type = "", publicKey = ""] = (await readFile(`${key}.pub`, "utf8")).split(" ");
  await appendFile(knownHosts, `${host.address} ${type} ${publicKey}\n`);
}

/** What is not stated is OpenSSH's default, as on a host that nobody has tuned: MaxSessions 10, MaxStartups 10:30:100. */
function serverConfig(host: TestHost, key: string, authorizedKeys: string): string {
  return `ListenAddress ${host.address}
HostKey ${key}
PidFile ${join(host.folder, "sshd.pid")}
AllowUsers root
PermitRootLogin prohibit-password
AuthorizedKeysFile ${authorizedKeys}
# The folder of the keys may lie in one that everybody may write to, such as /tmp.
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
# All hosts have the machine's file system, so /var/run/docker.sock is that of the machine's engine.
SetEnv DOCKER_HOST=unix://${host.socket}
`;
}

async function createKey(path: string, comment: string): Promise<void> {
  await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path);
}

async function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
    socket.on("timeout", () => end(false));
  });
}
