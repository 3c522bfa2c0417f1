import { createHash } from "node:crypto";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CheckoutSettings, settingsFile } from "../../../../dev/toolchain/wrapper/settings";
import { scratch, writeScript } from "../scratch";

/** A machine with checkouts that were set up, each with an engine that says how it was started. */
export class Checkouts {
  private count = 0;

  private constructor(readonly directory: string) {}

  static async create(): Promise<Checkouts> {
    const checkouts = new Checkouts(await realpath(await scratch()));
    await mkdir(checkouts.folder, { recursive: true });
    return checkouts;
  }

  get cache(): string {
    return join(this.directory, "a cache");
  }

  /** The folder of all checkouts' settings. */
  get folder(): string {
    return join(this.cache, "checkouts");
  }

  get env() {
    return { HOME: this.directory, PATH: "/usr/bin:/bin", DOKOMODO_CACHE: this.cache };
  }

  /** A project with settings that are not written yet. Its folder is relative to the machine's. */
  async add(folder: string): Promise<CheckoutSettings> {
    const checkout = await this.addProject(folder);
    const bin = join(this.directory, `bin ${++this.count}`);
    const engine = await writeScript(
      join(bin, "pulumi"),
      `
echo "engine: $0"
echo "arguments: $*"
echo "passphrase: \${PULUMI_CONFIG_PASSPHRASE_FILE-none}"
echo "acquire: \${PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION-yes}"
echo "path: $PATH"
read -r line; echo "input: $line"
exit 3`,
    );
    return {
      checkout,
      engine,
      directories: [bin],
      offline: true,
      stack: "dev",
      passphraseFile: join(checkout, "dev.passphrase"),
      preparedAt: this.count,
    };
  }

  async addProject(folder: string): Promise<string> {
    const project = join(this.directory, folder);
    await mkdir(join(project, "test"), { recursive: true });
    await writeFile(join(project, "Pulumi.yaml"), "name: dokomodo\n");
    return project;
  }

  async setUp(settings: CheckoutSettings): Promise<void> {
    await writeFile(join(this.folder, settingsFile(settings.checkout)), JSON.stringify(settings));
  }

  /** Does what `pulumi stack select` does. */
  async select(project: string, stack: string): Promise<void> {
    const folder = join(this.directory, ".pulumi", "workspaces");
    await mkdir(folder, { recursive: true });
    const key = createHash("sha1").update(join(project, "Pulumi.yaml")).digest("hex");
    await writeFile(join(folder, `dokomodo-${key}-workspace.json`), JSON.stringify({ stack }));
  }
}
