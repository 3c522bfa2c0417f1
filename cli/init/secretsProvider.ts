import { randomBytes } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** What encrypts the secrets of a stack, in its file and in its state. */
export interface SecretsProvider {
  /** As `pulumi stack init --secrets-provider` takes it. */
  readonly name: string;
  /** The file with the stack's passphrase that this command keeps; absent if the passphrase is the user's own, or a KMS encrypts. */
  readonly passphraseFile?: string | undefined;
}

/**
 * Chooses what encrypts. `passphrase` needs one, and a person is asked for one passphrase only, the key's. So the stack's
 * is made at random and kept in a file of the user's home, which no version control sees. A passphrase that is set
 * in Pulumi's own variables counts instead.
 */
export function chooseSecretsProvider(name: string, stack: string, env: NodeJS.ProcessEnv): SecretsProvider {
  // docs/internals/pulumi.md, the passphrase in a file
  const isSet =
    env["PULUMI_CONFIG_PASSPHRASE"] !== undefined || Boolean(env["PULUMI_CONFIG_PASSPHRASE_FILE"]);
  if (name !== "passphrase" || isSet) return { name };
  const folder = env["XDG_CONFIG_HOME"] || join(env["HOME"] ?? homedir(), ".config");
  return { name, passphraseFile: join(folder, "dokomodo", `${stack}.passphrase`) };
}

/**
 * Makes the file with the stack's passphrase, for its owner alone, unless it is there. Returns the variables that lead
 * Pulumi to it.
 * @param isEncrypted whether the stack has secrets already, which another passphrase would not open
 */
export async function provideStackPassphrase(
  { passphraseFile }: SecretsProvider,
  stack: string,
  isEncrypted: boolean,
): Promise<Record<string, string>> {
  if (passphraseFile === undefined) return {};
  const env = { PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile };
  const found = await stat(passphraseFile).catch(() => undefined);
  if (found === undefined) {
    if (isEncrypted) {
      throw new Error(
        `Pulumi.${stack}.yaml is encrypted with a passphrase, and ${passphraseFile} is not there. Bring that file back, or set PULUMI_CONFIG_PASSPHRASE_FILE to the one that has the passphrase. If it is lost, move Pulumi.${stack}.yaml away and run this again`,
      );
    }
    await mkdir(dirname(passphraseFile), { recursive: true, mode: 0o700 });
    await writeFile(passphraseFile, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
    return env;
  }
  if ((found.mode & 0o077) !== 0) {
    throw new Error(
      `${passphraseFile} can be read by others; run chmod 600 ${passphraseFile}, then this again`,
    );
  }
  if ((await readFile(passphraseFile, "utf8")).trim() === "") {
    throw new Error(`${passphraseFile} is empty; bring its passphrase back, or remove it and run this again`);
  }
  return env;
}
