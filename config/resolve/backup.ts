import { type Backup, type BackupStore, parseStore } from "../../notary/backup";
import type { StackSettings } from "../schema/stack";
import type { Secrets } from "../secrets";

/** How wallets are kept, with the secrets that Pulumi has decrypted; undefined if no backup is stated. */
export function resolveBackup(
  { backup }: Pick<StackSettings, "backup">,
  secrets: Secrets,
): Backup | undefined {
  if (backup === undefined) return undefined;
  const { image, every: everySeconds, keep } = backup;
  const store = storeOf(backup, secrets.backup);
  return store && { image, store, everySeconds, keep, password: secrets.backup.password ?? "" };
}

/** An access that is not stated is empty, and checkBackup reports it. */
function storeOf(
  { to, s3, sftp }: NonNullable<StackSettings["backup"]>,
  { s3Key = "", sftpKey = "" }: Secrets["backup"],
): BackupStore | undefined {
  const store = parseStore(to);
  switch (store?.kind) {
    case "s3":
      return { ...store, keyId: s3?.keyId ?? "", key: s3Key };
    case "sftp":
      return { ...store, privateKey: sftpKey, knownHosts: sftp?.knownHosts ?? "" };
    default:
      return store;
  }
}
