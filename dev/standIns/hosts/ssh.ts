import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { findOnPath } from "../../toolchain/executables";
import { startDaemon, untilAnswers } from "./daemon";
import type { Pool, TestHost } from "./pool";
import { run } from "./run";

/** Absolute paths of the files with which ssh reaches the hosts of a pool. */
export interface SshFiles {
  /** A known_hosts file that has exactly the hosts' keys. */
  readonly knownHosts: string;
  /** The operator's private key. */
  readonly identity: string;
}

export function sshFilesOf(pool: Pool): SshFiles {
  return { knownHosts: join(pool.folder, "known_hosts"), identity: join(pool.folder, "id_ed25519") };
}

/** Makes the operator's key and an empty known_hosts file. */
export async function createSshFiles(pool: Pool): Promise<void> {
  const { knownHosts, identity } = sshFilesOf(pool);
  await createKey(identity, "operator");
  await writeFile(knownHosts, "");
}

/** Starts a host's SSH server, waits until it answers, and adds its key to known_hosts. */
export async function startSsh(pool: Pool, host: TestHost): Promise<void> {
  // sshd executes itself again for each connection, and therefore must be started by its full path.
  const sshd = await findOnPath("sshd", process.env);
  if (sshd === undefined) {
    throw new Error("sshd is not on PATH. Install the package openssh-server, then run this again.");
  }
  const { knownHosts, identity } = sshFilesOf(pool);
  const key = join(host.folder, "ssh_host_ed25519_key");
  const config = join(host.folder, "sshd_config");
  await createKey(key, host.name);
  await writeFile(config, serverConfig(host, key, `${identity}.pub`));
  // sshd needs this folder for connections that have not logged in yet. Usually its service makes it.
  await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const place = { namespace: host.namespace, hostname: host.name };
  const daemon = startDaemon(place, join(host.folder, "sshd.log"), sshd, ["-D", "-e", "-f", config]);
  await untilAnswers(`The SSH server of ${host.name}`, daemon, () => accepts(host.address, 22));
  const [type = "", publicKey = ""] = (await readFile(`${key}.pub`, "utf8")).split(" ");
  await appendFile(knownHosts, `${host.address} ${type} ${publicKey}\n`);
}

/** All other settings are OpenSSH's defaults, as on most hosts: MaxSessions 10, MaxStartups 10:30:100. */
function serverConfig(host: TestHost, key: string, authorizedKeys: string): string {
  return `ListenAddress ${host.address}
HostKey ${key}
PidFile ${join(host.folder, "sshd.pid")}
AllowUsers root
PermitRootLogin prohibit-password
AuthorizedKeysFile ${authorizedKeys}
# The keys' folder may lie in a folder that everybody can write to, such as /tmp.
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
# All hosts have the machine's file system. So /var/run/docker.sock is that of the machine's engine, and bash would run the
# machine's own ~/.bashrc in each session.
SetEnv DOCKER_HOST=unix://${host.socket} HOME=${host.folder}
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
