import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BackupStore } from "../../notary/backup";
import { docker } from "./docker";

const IMAGE = "dokomodo-testbed/store:dev";

/** The key that the stand-in lets in (dev/standIns/images/store). The other half is a canary. */
export const S3_ACCESS = { keyId: "AKIATESTBED", key: "canary key of the store" } as const;

/** Servers of S3 and of SFTP in a container, which is reached by its name on its network. */
export class StoreStandIn {
  private constructor(
    private readonly name: string,
    private readonly folder: string,
  ) {}

  static async start(name: string, network: string): Promise<StoreStandIn> {
    const folder = mkdtempSync(join(tmpdir(), "dokomodo-keys-"));
    const { execa } = await import("execa");
    for (const key of ["client", "host"])
      await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(folder, key)]);
    const keys =
      "install -o keeper -d /home/keeper/.ssh && cp /keys/client.pub /home/keeper/.ssh/authorized_keys";
    const server =
      "cp /keys/host /etc/ssh/host && chmod 600 /etc/ssh/host && /usr/sbin/sshd -h /etc/ssh/host -p 2222";
    const limits = ["--memory", "512m"];
    await docker("rm", "--force", name).catch(() => {});
    await docker(
      ...["run", "--detach", "--name", name, "--hostname", name, "--network", network, ...limits],
      ...["--volume", `${folder}:/keys:ro`, IMAGE, "sh", "-c", `${keys} && ${server} && exec store`],
    );
    return new StoreStandIn(name, folder);
  }

  get s3(): Extract<BackupStore, { kind: "s3" }> {
    return { kind: "s3", url: `http://${this.name}:9000/backups`, ...S3_ACCESS };
  }

  get sftp(): Extract<BackupStore, { kind: "sftp" }> {
    const read = (file: string) => readFileSync(join(this.folder, file), "utf8");
    return {
      kind: "sftp",
      server: `keeper@${this.name}`,
      port: 2222,
      path: "/home/keeper/backups",
      privateKey: read("client"),
      knownHosts: `[${this.name}]:2222 ${read("host.pub")}`,
    };
  }

  /** What known_hosts would say of another server at its address. */
  get strangersHostKey(): string {
    return `[${this.name}]:2222 ${readFileSync(join(this.folder, "client.pub"), "utf8")}`;
  }

  /** Lets it answer nobody, and keeps what it has. */
  pause(): Promise<void> {
    return this.signal("SIGSTOP");
  }

  resume(): Promise<void> {
    return this.signal("SIGCONT");
  }

  /** The engine cannot pause a container that midUpload has made slow, so its processes get the signal. */
  private async signal(signal: NodeJS.Signals): Promise<void> {
    const [, ...pids] = (await docker("top", this.name, "-o", "pid")).split("\n");
    for (const pid of pids) process.kill(Number(pid), signal);
  }

  /**
   * Lets a run send something to a slow store, and goes on when a part of it has arrived. So what happens next happens in the
   * middle of an upload.
   * @param bytes that have to arrive
   */
  async midUpload(bytes: number, run: () => Promise<unknown>): Promise<void> {
    const pid = await docker("inspect", "--format", "{{.State.Pid}}", this.name);
    const received = () => Number(/eth0:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/net/dev`, "utf8"))?.[1]);
    const before = received();
    await docker("update", "--cpus", "0.2", this.name);
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    void run().then(end, end);
    while (received() < before + bytes) {
      if (isOver) throw new Error(`The run was over before ${bytes} bytes had arrived.`);
      await sleep(10);
    }
  }

  /** Gives a store that midUpload has made slow its speed again. */
  hurry(): Promise<string> {
    return docker("update", "--cpus", "0", this.name);
  }

  /** Ends the server of SFTP, with its connections, and starts it again. */
  async restartSftp(): Promise<void> {
    await docker("exec", this.name, "sh", "-c", "pkill -9 sshd; /usr/sbin/sshd -h /etc/ssh/host -p 2222");
  }

  async remove(): Promise<void> {
    await docker("rm", "--force", this.name);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
