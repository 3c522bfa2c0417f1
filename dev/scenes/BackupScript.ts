import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accounts, backupPlan } from "../../components/backupContainer";
import type { BackupStore, GivenBackup } from "../../notary/backup";
import { docker } from "./docker";

const IMAGE = "dokomodo-testbed/restic:dev";
const USER = "3003:3003";
const SCRIPT = "/run/dokomodo/backup/backup.sh";

/** How a command of the script ended. */
export interface ScriptRun {
  readonly code: number | undefined;
  readonly output: string;
  readonly said: string;
}

export interface ScriptSettings {
  readonly workload?: string;
  readonly publicKey?: string;
  readonly password?: string;
  /** How many backups are kept; 3 if absent. */
  readonly keep?: { readonly last: number };
  readonly store?: BackupStore;
  /** Whose backups the daemon is given; it has its own if absent. */
  readonly given?: GivenBackup;
  /** Further files that the script reads, keyed by name: `key`, `s3`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A key of a notary of the tests. */
export const OWN_KEY = `02${"ab".repeat(32)}`;

/** runtime/backup.sh in the image that it runs in, without a daemon. Its volume and its store are small disks in memory. */
export class BackupScript {
  private constructor(
    private readonly container: string,
    private readonly files: string,
  ) {}

  /** @param network a Docker network with the store; none if absent */
  static async start(name: string, network = "none"): Promise<BackupScript> {
    const files = mkdtempSync(join(tmpdir(), "dokomodo-backup-"));
    chmodSync(files, 0o755);
    mkdirSync(join(files, "backup"));
    writeFileSync(join(files, "passwd"), accounts(USER));
    await docker("rm", "--force", name).catch(() => {});
    const disk = (path: string) => ["--tmpfs", `${path}:size=24m,mode=1777`];
    const mount = (source: string, target: string) => ["--volume", `${source}:${target}:ro`];
    await docker(
      ...["run", "--detach", "--name", name, "--network", network, "--user", USER, "--cap-drop", "ALL"],
      ...[...disk("/volume"), ...disk("/var/lib/dokomodo/backup")],
      ...[
        ...mount(join(files, "backup"), "/run/dokomodo/backup"),
        ...mount(join(files, "passwd"), "/etc/passwd"),
      ],
      ...["--entrypoint", "sleep", IMAGE, "infinity"],
    );
    const script = new BackupScript(name, files);
    script.configure();
    return script;
  }

  /** Writes what the script reads, as the program does. */
  configure(settings: ScriptSettings = {}): void {
    const { workload = "east-beer", publicKey = OWN_KEY, password = "a password", files = {} } = settings;
    const { store = { kind: "directory", path: "/srv" }, keep = { last: 3 }, given } = settings;
    const backup = { image: IMAGE, store, everySeconds: 0, keep, password, given };
    const chain = { dataDirectory: ".komodo/BEER", rpcPort: 8923 };
    const plan = backupPlan({ backup, workload, chain, volumePath: "/volume" }, publicKey);
    const source = join(__dirname, "..", "..", "runtime", "backup.sh");
    const texts = { plan, password, login: "", "backup.sh": readFileSync(source, "utf8"), ...files };
    for (const [name, text] of Object.entries(texts))
      writeFileSync(join(this.files, "backup", name), text, { mode: 0o644 });
  }

  /** Runs a command of the script. */
  run(...command: readonly string[]): Promise<ScriptRun> {
    return this.exec(["/bin/sh", SCRIPT, ...command]);
  }

  /** Keeps the files of a daemon that is held: the test does what the entry point would. */
  async keepHeld(what: "wallet" | "all"): Promise<ScriptRun> {
    const asked = await this.run("ask");
    if (asked.code !== 0) return asked;
    await this.shell(": >/volume/.dokomodo-backup/held");
    return this.run("held", what);
  }

  /** Runs a shell command in the container, and rejects if it fails. */
  async shell(command: string): Promise<string> {
    const { code, output, said } = await this.exec(["sh", "-c", command]);
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${said}`);
    return output;
  }

  private async exec(command: readonly string[]): Promise<ScriptRun> {
    const { execa } = await import("execa");
    const run = await execa(
      "docker",
      ["exec", "--env", "DOKOMODO_BACKUP_SECONDS=6", this.container, ...command],
      { reject: false },
    );
    return { code: run.exitCode, output: run.stdout, said: run.stderr };
  }

  async remove(): Promise<void> {
    await docker("rm", "--force", this.container);
    rmSync(this.files, { recursive: true, force: true });
  }
}
