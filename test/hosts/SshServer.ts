import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { preparePackages } from "../../dev/standIns/hosts/packages";
import { prefix } from "../containers/dockerStack";

/**
 * Debian's sshd on loopback, with its own keys and the default limits (MaxStartups 10:30:100, MaxSessions 10). It stands for a
 * host. The host's engine is this machine's own.
 */
export class SshServer {
  private sshd: ChildProcess | undefined;

  private constructor(
    /** Folder of its files. Every ssh process of these tests has this path in its arguments, so it can be found by it. */
    private readonly folder: string,
    private readonly ports: {
      readonly whole: number;
      readonly withoutDocker: number;
      readonly closed: number;
    },
  ) {}

  static async open(): Promise<SshServer> {
    await preparePackages();
    // Usually Debian's service makes this folder when it starts.
    mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    const folder = mkdtempSync(join(tmpdir(), `${prefix}ssh-`));
    const [whole = 0, withoutDocker = 0, closed = 0] = await freePorts(3);
    const server = new SshServer(folder, { whole, withoutDocker, closed });
    await server.start();
    return server;
  }

  /** URL of an engine: of the whole host, of a host without a docker command, or of a port where nothing listens. */
  url(which: keyof SshServer["ports"] = "whole"): string {
    return `ssh://${userInfo().username}@127.0.0.1:${this.ports[which]}`;
  }

  /** Options with which ssh trusts only this host, and the host accepts ssh's key. */
  options({ key = "user_key", knownHosts = "known_hosts" } = {}): string[] {
    const known = [
      "-o",
      `UserKnownHostsFile=${join(this.folder, knownHosts)}`,
      "-o",
      "StrictHostKeyChecking=yes",
    ];
    const identity = ["-i", join(this.folder, key), "-o", "IdentitiesOnly=yes"];
    return ["-F", "none", ...known, ...identity, "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"];
  }

  /** The same options with one shared connection. It ends when nothing has used it for this many seconds. */
  sharedOptions(seconds: number): string[] {
    const shared = ["-o", "ControlMaster=auto", "-o", `ControlPath=${join(this.folder, "%C")}`];
    return [...this.options(), ...shared, "-o", `ControlPersist=${seconds}`];
  }

  /** Path of one of its keys or known_hosts files. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** The running ssh processes of these tests, each as its pid and arguments. */
  async clients(): Promise<string[]> {
    const { stdout } = await execa("ps", ["-e", "-o", "pid=,args=", "-ww"]);
    return stdout.split("\n").filter((line) => / ssh:? /.test(line) && line.includes(this.folder));
  }

  /** Pids of the server's processes for the present connections. */
  async connections(): Promise<number[]> {
    const { stdout } = await execa("ps", ["--ppid", String(this.sshd?.pid), "-o", "pid="], { reject: false });
    return stdout.split("\n").flatMap((line) => (line === "" ? [] : [Number(line)]));
  }

  /** Number of logins so far. */
  logins(): number {
    return readFileSync(join(this.folder, "sshd.log"), "utf8").split("Accepted publickey").length - 1;
  }

  /** Sends a signal to the server. After SIGSTOP it accepts connections and sends nothing. SIGCONT ends that. */
  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.sshd?.kill(name);
  }

  async close(): Promise<void> {
    if (this.sshd?.exitCode === null) {
      this.sshd.kill();
      await once(this.sshd, "exit");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async start(): Promise<void> {
    const at = (name: string) => this.file(name);
    for (const name of ["host_key", "user_key", "strange_key"])
      await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", at(name)]);
    const key = (name: string) => readFileSync(at(`${name}.pub`), "utf8");
    const known = (name: string) =>
      Object.values(this.ports).map((port) => `[127.0.0.1]:${port},[localhost]:${port} ${key(name)}`);
    writeFileSync(at("authorized_keys"), key("user_key"));
    writeFileSync(at("known_hosts"), known("host_key").join(""));
    writeFileSync(at("other_hosts"), known("strange_key").join(""));
    writeFileSync(at("no_hosts"), "");
    const config = `ListenAddress 127.0.0.1:${this.ports.whole}
ListenAddress 127.0.0.1:${this.ports.withoutDocker}
HostKey ${at("host_key")}
AuthorizedKeysFile ${at("authorized_keys")}
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
SetEnv DOCKER_HOST=unix:///var/run/docker.sock HOME=${this.folder}
Match LocalPort ${this.ports.withoutDocker}
  ForceCommand PATH=/nowhere; eval "$SSH_ORIGINAL_COMMAND"
`;
    writeFileSync(at("sshd_config"), config);
    this.sshd = spawn("/usr/sbin/sshd", ["-D", "-f", at("sshd_config"), "-E", at("sshd.log")], {
      stdio: "inherit",
    });
    while (!(await answers(this.ports.whole))) {
      if (this.sshd.exitCode !== null) throw new Error(`sshd ended: ${readFileSync(at("sshd.log"), "utf8")}`);
      await pause(50);
    }
  }
}

/** Finds ports on which nothing listens. The kernel does not give them to others for some time. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const addresses = servers.map((server) => server.address());
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return addresses.map((address) => (typeof address === "object" && address !== null ? address.port : 0));
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
