import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Path } from "../../input/source";
import { layProjectCopy } from "../projectCopy";
import { askPulumi, type PulumiAnswer, pulumiError } from "../pulumi";
import { pulumiPath, type StatedConfig } from "./config";

/** A secret of a stack's config, and where it is. */
export interface SecretValue {
  readonly path: Path;
  readonly value: string;
}

/**
 * A throw-away stack: a copy of the project in a folder that only this user can read, with a state and a passphrase of its
 * own. The state of the real stack is neither read nor written.
 */
export class Scratch {
  private constructor(
    readonly name: string,
    private readonly folder: string,
  ) {}

  /** Lays the folder in the place of temporary files. Its secrets are encrypted by the stack that they come from. */
  static lay(name: string, config: StatedConfig): Scratch {
    const scratch = new Scratch(name, mkdtempSync(join(tmpdir(), "dokomodo-drill-")));
    mkdirSync(scratch.directory);
    mkdirSync(scratch.state);
    layProjectCopy(scratch.directory, new Map(), (file) => /^Pulumi\..+\.yaml$/.test(file));
    const owned = { mode: 0o600 };
    writeFileSync(join(scratch.directory, `Pulumi.${name}.yaml`), stringify({ config }), owned);
    writeFileSync(scratch.passphraseFile, randomBytes(32).toString("hex"), owned);
    return scratch;
  }

  /** Folder of the project's copy. */
  get directory(): string {
    return join(this.folder, "project");
  }

  /** Makes the stack. Its secrets are encrypted anew by it. */
  async init(secrets: readonly SecretValue[]): Promise<void> {
    await this.must(["stack", "init", "--no-select", this.name]);
    for (const { path, value } of secrets) {
      const args = ["config", "set", "--secret", "--path", pulumiPath(path), "--stack", this.name];
      await this.must(args, { input: value });
    }
  }

  /** Brings the stack up. Returns what Pulumi said. */
  async up(signal: AbortSignal): Promise<string> {
    const args = ["up", "--yes", "--skip-preview", "--stack", this.name];
    return (await this.must(args, { signal })).stdout;
  }

  /** Removes the folder. What the stack has on its hosts is not touched. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get state(): string {
    return join(this.folder, "state");
  }

  private get passphraseFile(): string {
    return join(this.folder, "passphrase");
  }

  private async must(
    args: readonly string[],
    options: { readonly input?: string; readonly signal?: AbortSignal } = {},
  ): Promise<PulumiAnswer> {
    const answer = await askPulumi(args, {
      ...options,
      directory: this.directory,
      env: {
        PULUMI_BACKEND_URL: `file://${this.state}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: this.passphraseFile,
        PULUMI_CONFIG_PASSPHRASE: undefined,
        PULUMI_STACK: undefined,
      },
    });
    options.signal?.throwIfAborted();
    if (answer.ok) return answer;
    // An `up` says on standard output what went wrong.
    throw pulumiError(args, { ...answer, stderr: `${answer.stderr}\n${answer.stdout}` }, this.name);
  }
}
