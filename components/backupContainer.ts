import * as pulumi from "@pulumi/pulumi";
import { type Chain, directoryInVolume } from "../chains/chain";
import { RPC_USER } from "../chains/conf";
import { BACKUP_DIRECTORY, BACKUP_ROLE, type Backup, type BackupStore, repositoryOf } from "../notary/backup";
import { BACKUP_MEMORY_MIB } from "../notary/memory";
import type { ContainerArgs, FileArgs } from "../platforms/platform";
import { parseUser } from "../platforms/user";
import { runtimeFile } from "../runtime/runtimeFile";

const DIRECTORY = "/run/dokomodo/backup";
/** A run of restic ends with a signal, and has nothing to finish. */
const GRACE_SECONDS = 10;

export interface BackupContainerArgs {
  readonly backup: Backup;
  /** Name of the daemon's workload, such as `east-beer`. */
  readonly workload: string;
  readonly chain: Chain;
  /** The daemon's user, and where it has its volume. */
  readonly user: string;
  readonly volumePath: string;
  /** The node's public key, 66 hex digits; absent if it has none. */
  readonly publicKey?: pulumi.Input<string> | undefined;
  readonly rpcPassword: pulumi.Input<string>;
}

/**
 * The container that keeps a daemon's wallet. It runs beside the daemon, as the same user and on the same volume, and calls
 * it on loopback. So no link, role or certificate is added for it (docs/internals/backup.md).
 */
export function backupContainer(args: BackupContainerArgs): ContainerArgs {
  const { backup, user, volumePath, rpcPassword } = args;
  const { store } = backup;
  const login = pulumi
    .secret(rpcPassword)
    .apply((password) => Buffer.from(`${RPC_USER}:${password}`).toString("base64"));
  return {
    role: BACKUP_ROLE,
    image: backup.image,
    command: ["/bin/sh", `${DIRECTORY}/backup.sh`, "keep"],
    user,
    environment: {},
    files: [
      { path: `${DIRECTORY}/backup.sh`, content: runtimeFile("backup.sh") },
      {
        path: `${DIRECTORY}/plan`,
        content: pulumi.output(args.publicKey).apply((key) => backupPlan(args, key)),
      },
      { path: `${DIRECTORY}/password`, content: pulumi.secret(backup.password) },
      { path: `${DIRECTORY}/login`, content: login },
      ...accessFiles(store),
    ],
    accounts: store.kind === "sftp" ? accounts(user) : undefined,
    volume: { mountPath: volumePath, ofFirst: true },
    hostDirectory:
      store.kind === "directory" ? { source: store.path, mountPath: BACKUP_DIRECTORY } : undefined,
    reaches: reached(store),
    memoryMiB: BACKUP_MEMORY_MIB.limit,
    requests: { memoryMiB: BACKUP_MEMORY_MIB.request },
    graceSeconds: GRACE_SECONDS,
  };
}

/** What the plan says of a daemon. */
interface Planned extends Pick<BackupContainerArgs, "backup" | "workload" | "volumePath"> {
  readonly chain: Pick<Chain, "dataDirectory" | "rpcPort">;
}

/** What runtime/backup.sh reads: a key and its value on each line. */
export function backupPlan(
  { backup: { store, everySeconds, keep, given }, workload, chain, volumePath }: Planned,
  publicKey: string | undefined,
): string {
  const owner = given ?? { workload, publicKey };
  const retention = Object.entries(keep).map(([period, count]) => `--keep-${period} ${count}`);
  return [
    `repository ${repositoryOf(store, owner.workload)}`,
    `stacks ${repositoryOf(store, "stack-")}`,
    `workload ${owner.workload}`,
    `key ${owner.publicKey ?? "none"}`,
    ...(given === undefined ? [] : ["given yes"]),
    `every ${given === undefined ? everySeconds : 0}`,
    `retention ${retention.join(" ")}`,
    `volume ${volumePath}`,
    `data ${directoryInVolume(chain)}`,
    `port ${chain.rpcPort}`,
    ...(store.kind === "sftp" ? [`ssh ${sshCommand(store)}`] : []),
    "",
  ].join("\n");
}

function sshCommand({ server, port }: Extract<BackupStore, { kind: "sftp" }>): string {
  const options = [
    "BatchMode=yes",
    "IdentitiesOnly=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${DIRECTORY}/known_hosts`,
    "ConnectTimeout=20",
    "ServerAliveInterval=20",
  ];
  const flags = options.map((option) => `-o ${option}`).join(" ");
  return `ssh -p ${port} -i ${DIRECTORY}/key ${flags} ${server}`;
}

function accessFiles(store: BackupStore): FileArgs[] {
  switch (store.kind) {
    case "directory":
      return [];
    case "s3": {
      const { keyId, key } = store;
      const content = `[default]\naws_access_key_id = ${keyId}\naws_secret_access_key = ${key}\n`;
      return [{ path: `${DIRECTORY}/s3`, content: pulumi.secret(content) }];
    }
    case "sftp": {
      const { privateKey, knownHosts } = store;
      return [
        { path: `${DIRECTORY}/key`, content: pulumi.secret(`${privateKey.trimEnd()}\n`) },
        { path: `${DIRECTORY}/known_hosts`, content: `${knownHosts.trimEnd()}\n` },
      ];
    }
  }
}

/** The text of /etc/passwd. ssh refuses to run as a user that has no name. */
export function accounts(user: string): string {
  const { user: uid, imageGroup } = parseUser(user);
  return `root:x:0:0:root:/root:/bin/sh\nbackup:x:${uid}:${imageGroup}::/tmp:/bin/sh\n`;
}

function reached(store: BackupStore): ContainerArgs["reaches"] {
  switch (store.kind) {
    case "directory":
      return undefined;
    case "s3": {
      const { hostname, port, protocol } = new URL(store.url);
      return { hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) };
    }
    case "sftp":
      return { hostname: store.server.replace(/^.*@/, ""), port: store.port };
  }
}
