import { type Backup, type BackupStore, type GivenBackup, parseStore } from "../../notary/backup";
import { daemonName } from "../../notary/names";
import type { StackSettings } from "../schema/stack";
import type { Secrets } from "../secrets";

/**
 * How the wallet of a daemon is kept, with the secrets that Pulumi has decrypted; undefined if no backup is stated.
 */
export function resolveBackup(
  { backup }: Pick<StackSettings, "backup">,
  secrets: Secrets,
  daemon?: { readonly node: string; readonly symbol: string },
): Backup | undefined {
  if (backup === undefined) return undefined;
  const { image, every: everySeconds, keep } = backup;
  const store = storeOf(backup, secrets.backup);
  const given = daemon && givenTo(backup, daemon.node, daemon.symbol);
  return store && { image, store, everySeconds, keep, password: secrets.backup.password ?? "", given };
}

function givenTo(
  { from }: NonNullable<StackSettings["backup"]>,
  node: string,
  symbol: string,
): GivenBackup | undefined {
  const source = from[node];
  return source && { workload: daemonName(source.node, symbol), publicKey: source.publicKey };
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
