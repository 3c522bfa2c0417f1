import { isRecord, type Path } from "../input/source";
import { PLATFORMS } from "../platforms";

export const PASSPHRASES = "dokomodo:passphrases";
export const EXTERNAL = "dokomodo:external";
export const REGISTRIES = "dokomodo:registries";
export const BACKUP = "dokomodo:backup";

/** The secrets of the stack's config, which Pulumi decrypts for the program. */
export interface Secrets {
  /** Keyed by the name of the notary or node. */
  readonly passphrases: Readonly<Record<string, string>>;
  /** RPC passwords of external chains, keyed by symbol. */
  readonly externalPasswords: Readonly<Record<string, string>>;
  /** Passwords of `dokomodo:registries`, in the config's order. One that is no text is undefined. */
  readonly registryPasswords: readonly (string | undefined)[];
  /** Secrets of `dokomodo:backup`. One that is no text is undefined. */
  readonly backup: {
    readonly password: string | undefined;
    readonly s3Key: string | undefined;
    readonly sftpKey: string | undefined;
  };
  /** Whether other texts stand for all of them. */
  readonly areStandIns?: boolean | undefined;
}

/**
 * Whether the value at a path must never be shown. A text in the place of a mapping is hidden as well, because it may
 * hold what belongs into the mapping, such as `user:password`.
 * @param path from the top of the config
 */
export function isSecretPath(path: Path): boolean {
  const [key, , field] = path;
  if (key === EXTERNAL || key === REGISTRIES) return field === undefined || field === "password";
  if (key === PASSPHRASES) return true;
  if (key === BACKUP) return path.length === 1 || BACKUP_SECRETS.some((each) => isWithin(path, each));
  const hidden = PLATFORMS.flatMap((platform) => platform.hidden);
  return hidden.some((each) => each.slice(0, path.length).every((part, index) => part === path[index]));
}

/** Paths in `dokomodo:backup` of what is secret. */
const BACKUP_SECRETS: readonly Path[] = [["password"], ["s3", "key"], ["sftp", "privateKey"]];

/** Whether a path of the config is a secret's, or that of a mapping in whose place the secret may stand. */
function isWithin([, ...path]: Path, secret: Path): boolean {
  return path.length <= secret.length && path.every((part, index) => part === secret[index]);
}

/**
 * The value of a key, with `{ secure: "" }` for each secret in it. A stack's file has encrypted values in this form.
 */
export function withoutSecrets(key: string, value: unknown): unknown {
  if (key === REGISTRIES && Array.isArray(value)) return value.map(withoutPassword);
  if (!isRecord(value)) return value;
  if (key === BACKUP) return withoutBackupSecrets(value);
  const entries = Object.entries(value);
  if (key === PASSPHRASES) return Object.fromEntries(entries.map(([name]) => [name, { secure: "" }]));
  if (key !== EXTERNAL) return value;
  return Object.fromEntries(entries.map(([symbol, entry]) => [symbol, withoutPassword(entry)]));
}

function withoutBackupSecrets(value: Readonly<Record<string, unknown>>): unknown {
  const { s3, sftp } = value;
  return {
    ...Object(withoutPassword(value)),
    ...(isRecord(s3) && "key" in s3 ? { s3: { ...s3, key: { secure: "" } } } : {}),
    ...(isRecord(sftp) && "privateKey" in sftp ? { sftp: { ...sftp, privateKey: { secure: "" } } } : {}),
  };
}

function withoutPassword(entry: unknown): unknown {
  return isRecord(entry) && "password" in entry ? { ...entry, password: { secure: "" } } : entry;
}

/** Reads the secrets out of the config that Pulumi hands over. */
export function secretsOf(values: Readonly<Record<string, string>>): Secrets {
  const external = Object.entries(Object(parsed(values[EXTERNAL]))).map(
    ([symbol, entry]): [string, unknown] => [symbol, passwordOf(entry)],
  );
  const registries = parsed(values[REGISTRIES]);
  const backup = parsed(values[BACKUP]);
  const { s3, sftp } = isRecord(backup) ? backup : {};
  return {
    passphrases: texts(Object.entries(Object(parsed(values[PASSPHRASES])))),
    externalPasswords: texts(external),
    backup: {
      password: textOf(passwordOf(backup)),
      s3Key: textOf(isRecord(s3) ? s3["key"] : undefined),
      sftpKey: textOf(isRecord(sftp) ? sftp["privateKey"] : undefined),
    },
    registryPasswords: (Array.isArray(registries) ? registries : []).map((entry) => {
      const password = passwordOf(entry);
      return typeof password === "string" ? password : undefined;
    }),
  };
}

function texts(entries: readonly (readonly [string, unknown])[]): Record<string, string> {
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function passwordOf(entry: unknown): unknown {
  return isRecord(entry) ? entry["password"] : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
