import { z } from "zod";
import { parseStore } from "../../notary/backup";
import { encrypted, name } from "./values";

const STORE =
  "a directory such as /srv/backup, a server such as sftp:user@host:/path or sftp://user@host:2222//path, or an S3 store such as s3:https://host/bucket";
const EVERY = "a time such as 30m, 24h or 7d, or none";
const COUNT = "a whole number from 1 to 10000";

const UNITS = { m: 60, h: 3600, d: 86_400 } as const;

const every = z
  .string(EVERY)
  .regex(/^(none|[1-9]\d{0,4}[mhd])$/, EVERY)
  .transform((text) => {
    const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
    return unit === "m" || unit === "h" || unit === "d" ? Number(count) * UNITS[unit] : 0;
  });

const count = z.int(COUNT).min(1, COUNT).max(10_000, COUNT).optional();
const PERIODS = {
  hourly: "hours",
  daily: "days",
  weekly: "weeks",
  monthly: "months",
  yearly: "years",
} as const;
const perPeriod = (period: keyof typeof PERIODS) =>
  count.describe(
    `For how many ${PERIODS[period]} the newest backup of each is kept. Where it is absent, the other keys decide.`,
  );

const keep = z
  .strictObject({
    last: count.describe(
      "How many of the newest backups are kept. Where it is absent, the other keys decide.",
    ),
    hourly: perPeriod("hourly"),
    daily: perPeriod("daily"),
    weekly: perPeriod("weekly"),
    monthly: perPeriod("monthly"),
    yearly: perPeriod("yearly"),
  })
  .refine(
    (stated) => Object.keys(stated).length > 0,
    "at least one number of backups, or none would be kept",
  );

const givenSchema = z.strictObject({
  node: name.describe("The notary or node that made the backups."),
  publicKey: z
    .string("66 hex digits")
    .regex(/^0[23][0-9a-f]{64}$/, "66 hex digits")
    .optional()
    .describe("Its public key, as the stack's outputs have it. It is absent if it has none."),
});

/** How and where wallets are kept. */
export const backupSchema = z.strictObject({
  to: z
    .string(STORE)
    .refine((text) => parseStore(text) !== undefined, STORE)
    .describe(
      "Where the backups are: a directory of each Docker host (`/srv/backup`), a server that is reached by SFTP (`sftp:user@host:/path`, or `sftp://user@host:2222//path`), or an S3 store (`s3:https://host/bucket`). Each daemon has a repository of its own below.",
    ),
  every: every
    .default(86_400)
    .describe(
      "How often each daemon's wallet is kept: `30m`, `24h`, `7d`, or `none` if only `dokomodo backup` does it. Where it is absent, it is `24h`.",
    ),
  keep: keep
    .default({ daily: 7, weekly: 4, monthly: 12 })
    .describe("How many backups are kept. Where it is absent, it is `{ daily: 7, weekly: 4, monthly: 12 }`."),
  from: z
    .record(name, givenSchema)
    .default({})
    .describe(
      "Nodes that read the backups of another notary or node and make none, keyed by their names. `dokomodo drill` writes it for the nodes that it brings up.",
    ),
  password: encrypted.describe(
    "The password of the repositories. Without it nobody reads a backup, so keep it where this stack is not. Set it with `pulumi config set --secret --path 'dokomodo:backup.password'`.",
  ),
  s3: z
    .strictObject({
      keyId: z.string().min(1).describe("The id of the key with which the store is reached."),
      key: encrypted.describe(
        "The key of that id. Set it with `pulumi config set --secret --path 'dokomodo:backup.s3.key'`.",
      ),
    })
    .optional()
    .describe("Access to an S3 store. It is required for one."),
  sftp: z
    .strictObject({
      privateKey: encrypted.describe(
        "The private key with which the server is logged in to, in the form of OpenSSH and without a passphrase. Set it with `pulumi config set --secret --path 'dokomodo:backup.sftp.privateKey' < key`.",
      ),
      knownHosts: z
        .string()
        .min(1)
        .describe(
          "What `ssh-keyscan` says of the server, after you have compared it. Only such a server is trusted.",
        ),
    })
    .optional()
    .describe("Access to a server of SFTP. It is required for one."),
});

export type BackupSettings = z.output<typeof backupSchema>;
