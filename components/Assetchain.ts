import { posix } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Chain, commandFlags, dataRoot, directoryInVolume } from "../chains/chain";
import { callerConf, daemonConf, RPC_USER } from "../chains/conf";
import { graceSeconds } from "../chains/daemons";
import { COMPONENT_TYPES } from "../notary/componentTypes";
import { DEFAULT_DISK_GUARD, type DiskGuard } from "../notary/diskGuard";
import { roleOf, rolesThatMayCall } from "../notary/rpcGraph";
import type { Daemon, FormerRotation } from "../notary/types";
import type { CallArgs, Network, Workload } from "../platforms/platform";
import { type Authority, createIdentity, type IssuedIdentity } from "./authority";
import { backupContainer } from "./backupContainer";
import type { Callee } from "./Callee";
import { behindEntrypoint, homeFiles } from "./homeFiles";
import { createRpcPasswords } from "./rpcPasswords";

/**
 * How a chain's daemon is run.
 *
 * @example
 * ```ts
 * import type { DaemonArgs } from "dokomodo";
 *
 * const komodod: DaemonArgs = {
 *   image: "registry.example/komodod:1",
 *   command: ["komodod"],
 *   user: "3003:3003",
 *   home: "/home/komodo",
 *   flags: ["-printtoconsole"],
 *   takesPublicKey: true,
 *   memoryMiB: 4096,
 * };
 * ```
 */
export interface DaemonArgs extends Omit<Daemon, "image"> {
  readonly image: pulumi.Input<string>;
}

export interface AssetchainArgs {
  /**
   * The chain as the list of chains describes it. It is a plain value, because it decides which resources there are.
   */
  readonly chain: Chain;
  readonly daemon: DaemonArgs;
  /** Name of the host that it runs on. */
  readonly host: string;
  readonly network: Network;
  readonly authority: Authority;
  /** The public key of the notary or node, 66 hex digits. The daemon is told of no key if absent. */
  readonly publicKey?: pulumi.Input<string> | undefined;
  /**
   * Chains that this daemon calls: an assetchain calls KMD, and KMD calls LTC (docs/internals/domain.md, the check of
   * notarisations).
   */
  readonly calls: readonly Callee[];
  /** Port of the host that leads to the daemon's p2p port; the same number if absent. */
  readonly publishedPort?: number | undefined;
  /** Any text. Another text makes another RPC password (docs/internals/pulumi.md, passwords). */
  readonly rotation?: string | undefined;
  /** The RPC password before, if callers may still use it, because they get the present one later. */
  readonly rotatedFrom?: FormerRotation | undefined;
}

/**
 * One coin daemon with its password, certificate, volume and proxy.
 *
 * @example
 * ```ts
 * import { Assetchain, type Chain, createAuthority, type DaemonArgs, type Platform } from "dokomodo";
 *
 * // A daemon without a node, on a network of its own.
 * export function daemonAlone(platform: Platform, chain: Chain, daemon: DaemonArgs) {
 *   const host = "alpha";
 *   const network = platform.network("lone", { hosts: [host], calledFromElsewhere: [], linkPort: 7443 }, {});
 *   const authority = createAuthority("lone", {});
 *   return new Assetchain("lone-daemon", { chain, daemon, host, network, authority, calls: [] });
 * }
 * ```
 */
export class Assetchain extends pulumi.ComponentResource implements Callee {
  static readonly type = COMPONENT_TYPES.assetchain;

  readonly chain: Chain;
  readonly rpcUser: pulumi.Output<string> = pulumi.output(RPC_USER);
  readonly rpcPassword: pulumi.Output<string>;
  readonly conf: pulumi.Output<string>;
  readonly importsKey = true;
  readonly identity: IssuedIdentity;
  private readonly workload: Workload;

  constructor(name: string, args: AssetchainArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Assetchain.type, name, {}, opts);
    const { chain, daemon } = args;
    const child = { parent: this };
    const volumePath = `${daemon.home}/${dataRoot(chain)}`;
    this.chain = chain;
    const passwords = createRpcPasswords(name, args, child);
    this.rpcPassword = passwords.present;
    const credentials = this.rpcPassword.apply((rpcPassword) => ({ rpcUser: RPC_USER, rpcPassword }));
    this.conf = pulumi.secret(credentials.apply((known) => callerConf(chain, known)));
    const ownConf = pulumi.secret(credentials.apply((known) => daemonConf(chain, known)));
    this.identity = createIdentity(name, roleOf(chain), args.authority, child);
    this.workload = args.network.workload(
      name,
      {
        host: args.host,
        labels: { "dokomodo.chain": chain.symbol },
        containers: [
          {
            role: "daemon",
            image: daemon.image,
            command: behindEntrypoint(daemonCommand(args, volumePath)),
            user: daemon.user,
            workingDirectory: daemon.home,
            environment: { HOME: daemon.home },
            files: homeFiles(
              [
                { path: chain.confPath, content: ownConf },
                ...args.calls.map((callee) => ({ path: callee.chain.confPath, content: callee.conf })),
              ],
              { downloads: daemon.downloads, volume: volumePath, guard: guardOf(daemon) },
            ),
            volume: {
              mountPath: volumePath,
              sizeGiB: daemon.storageGiB,
            },
            ownDirectories: ownDirectories(args),
            scratch: daemon.scratch,
            downloads: daemon.downloads,
            bootstrap: chain.bootstrap && { ...chain.bootstrap, directory: directoryInVolume(chain) },
            memoryMiB: daemon.memoryMiB,
            requests: daemon.requests,
            graceSeconds: graceSeconds(chain.symbol),
          },
          ...(daemon.backup === undefined
            ? []
            : [
                backupContainer({
                  backup: daemon.backup,
                  workload: name,
                  chain,
                  user: daemon.user,
                  volumePath,
                  publicKey: args.publicKey,
                  rpcPassword: this.rpcPassword,
                }),
              ]),
        ],
        publishedPorts: [{ internal: chain.p2pPort, external: args.publishedPort ?? chain.p2pPort }],
        calls: args.calls.map((callee) => callee.callFrom(args.host)),
        serves: {
          port: chain.rpcPort,
          roles: rolesThatMayCall(chain),
          formerPassword: passwords.former && {
            ...passwords.former,
            user: RPC_USER,
            present: passwords.present,
          },
        },
        identity: this.identity,
      },
      child,
    );
    this.registerOutputs({ rpcUser: this.rpcUser, rpcPassword: this.rpcPassword });
  }

  callFrom(host: string): CallArgs {
    return { name: this.workload.name, port: this.chain.rpcPort, to: this.workload.addressFrom(host) };
  }
}

function daemonCommand(
  { chain, daemon, publicKey }: AssetchainArgs,
  volumePath: string,
): pulumi.Input<string>[] {
  return [
    ...daemon.command,
    ...daemon.flags,
    ...commandFlags(chain, daemon.home),
    ...(daemon.backup !== undefined && daemon.needsExportDirectory
      ? [`-exportdir=${volumePath}/${EXPORT_DIRECTORY}`]
      : []),
    ...(daemon.takesPublicKey && publicKey !== undefined ? [pulumi.interpolate`-pubkey=${publicKey}`] : []),
  ];
}

/** Where a daemon of Zcash's family may write copies of its wallet, relative to its volume (runtime/backup.sh). */
const EXPORT_DIRECTORY = ".dokomodo-backup/export";

function guardOf({ diskGuard = DEFAULT_DISK_GUARD }: DaemonArgs): DiskGuard | undefined {
  return diskGuard === "none" ? undefined : diskGuard;
}

/**
 * Directories outside of the daemon's volume that the entry point writes to: those with the confs of the chains that the
 * daemon calls, and those with links to what it needs.
 */
function ownDirectories({ chain, daemon, calls }: AssetchainArgs): string[] {
  const roots = [
    ...calls.map((callee) => dataRoot(callee.chain)),
    ...(daemon.downloads ?? []).map(({ path }) => posix.dirname(path)),
  ];
  const outside = roots.filter((root) => root.split("/")[0] !== dataRoot(chain));
  return [...new Set(outside)].sort().map((root) => `${daemon.home}/${root}`);
}
