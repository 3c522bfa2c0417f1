/** How the wallets of a stack's daemons are kept in repositories of restic. */
export interface Backup {
  /** Image with restic 0.14 or newer, a shell, nc, and ssh for a store that is reached by SFTP. */
  readonly image: string;
  readonly store: BackupStore;
  /** Seconds between two backups; 0 if only commands make them. */
  readonly everySeconds: number;
  /** How many backups are kept of each kind of period, keyed as restic's flags name them: `daily`, `monthly`. */
  readonly keep: Readonly<Partial<Record<KeptPeriod, number | undefined>>>;
  /** The password of all repositories. It is a secret. */
  readonly password: string;
  /** Whose backups the daemon is given. It reads them, and makes none of its own. Absent if it has its own. */
  readonly given?: GivenBackup | undefined;
}

/** The backups of another daemon of the same chain. */
export interface GivenBackup {
  /** Name of that daemon's workload, such as `east-beer`. */
  readonly workload: string;
  /** Public key of its notary or node, 66 hex digits; absent if it has none. */
  readonly publicKey?: string | undefined;
}

export type KeptPeriod = "last" | "hourly" | "daily" | "weekly" | "monthly" | "yearly";

/** Where repositories are. Each daemon has its own below. */
export type BackupStore =
  /** A directory of each host. */
  | { readonly kind: "directory"; readonly path: string }
  | {
      readonly kind: "sftp";
      /** `user@host` or `host`. */
      readonly server: string;
      readonly port: number;
      readonly path: string;
      /** A private key in the form of OpenSSH. It is a secret. */
      readonly privateKey: string;
      /** The server's line or lines of a file known_hosts. */
      readonly knownHosts: string;
    }
  | {
      readonly kind: "s3";
      /** `https://store.example/bucket` or `https://store.example/bucket/prefix`. */
      readonly url: string;
      readonly keyId: string;
      /** The key of that id. It is a secret. */
      readonly key: string;
    };

/** Role of the container that keeps a daemon's wallet. */
export const BACKUP_ROLE = "backup";

/** Where a container sees the directory of a store that is a directory. */
export const BACKUP_DIRECTORY = "/var/lib/dokomodo/backup";

/**
 * The address of a repository, as restic takes it.
 * @param name the daemon's workload, or `stack-` and the stack's name
 *
 * @example `s3:https://store.example/bucket/east-beer`
 */
export function repositoryOf(store: BackupStore, name: string): string {
  switch (store.kind) {
    case "directory":
      return `${BACKUP_DIRECTORY}/${name}`;
    case "sftp":
      return `sftp:${store.server}:${store.path.replace(/\/$/, "")}/${name}`;
    case "s3":
      return `s3:${store.url.replace(/\/$/, "")}/${name}`;
  }
}

const SFTP =
  /^sftp:(?:\/\/)?(?<server>(?:[\w.-]+@)?[\w.-]+)(?::(?<port>\d{1,5})\/(?=\/))?:?(?<path>\/[^\s\0]*)$/;

/** The parts of a store that the config writes as one text; undefined if it is none of the forms. */
export function parseStore(
  text: string,
):
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "sftp"; readonly server: string; readonly port: number; readonly path: string }
  | { readonly kind: "s3"; readonly url: string }
  | undefined {
  if (/^\/[^\s\0,]+$/.test(text)) return { kind: "directory", path: text };
  const s3 = /^s3:(?<url>https?:\/\/[\w.:-]+\/[^\s\0?#]+)$/.exec(text)?.groups?.["url"];
  if (s3 !== undefined) return { kind: "s3", url: s3 };
  const { server, port = "22", path } = SFTP.exec(text)?.groups ?? {};
  if (server === undefined || path === undefined) return undefined;
  return { kind: "sftp", server, port: Number(port), path };
}
