import { posix } from "node:path";
import type { Download } from "../chains/daemons";
import type { Named, ProvisionPlan } from "../runtime/provision/plan";
import { runtimeFile } from "../runtime/runtimeFile";
import type { BootstrapArgs, ContainerArgs, FileArgs } from "./platform";

/** Role of the container that brings what a daemon needs before it starts. */
export const PROVISION_ROLE = "provision";

const PROGRAM = "/run/dokomodo/program/provision.cjs";
const PLAN = "/run/dokomodo/provision/plan.json";

/** Where a stack's files are looked for before their own sources. */
export interface DownloadPlaces {
  /** A URL under which files are found by their names. */
  readonly mirror?: string | undefined;
  /** An absolute path of a directory of each host, with files under their names. */
  readonly directory?: string | undefined;
}

/** A directory of the container that is written to, and what people know of it. */
export interface ProvisionDirectory extends Named {
  /** Its absolute path in the container. */
  readonly path: string;
}

/** Where a platform has what the plan speaks of. */
export interface ProvisionSurroundings {
  /** Keeps the downloads, each under its SHA-256. */
  readonly downloads: ProvisionDirectory;
  /** The volume that a bootstrap fills. */
  readonly volume: ProvisionDirectory;
  /** Where the container finds the directory of the host that DownloadPlaces names; absent if it does not. */
  readonly from?: string | undefined;
  /** How people bring files that cannot be fetched: one sentence or more. */
  readonly byHand: string;
  /** The file of the container's termination message, on a platform that has such. */
  readonly terminationMessage?: string | undefined;
}

/** What is brought. */
export interface Provisions {
  readonly downloads: readonly Download[];
  readonly bootstrap?: BootstrapArgs | undefined;
}

/** What a container needs before it starts; undefined if it needs nothing. */
export function provisionsOf({
  downloads = [],
  bootstrap,
}: Pick<ContainerArgs, "downloads" | "bootstrap">): Provisions | undefined {
  return downloads.length === 0 && bootstrap === undefined ? undefined : { downloads, bootstrap };
}

/** The plan of runtime/provision. */
export function provisionPlan(
  { downloads, bootstrap }: Provisions,
  { mirror, directory: local = "" }: DownloadPlaces,
  { downloads: store, volume, from, byHand, terminationMessage }: ProvisionSurroundings,
): ProvisionPlan {
  return {
    downloads:
      downloads.length === 0
        ? undefined
        : {
            directory: store.path,
            called: store.called,
            makeRoom: store.makeRoom,
            files: downloads.map(({ path, sha256, bytes, sources }) => {
              return { name: posix.basename(path), sha256, bytes, sources };
            }),
            mirror,
            from: from === undefined ? undefined : { directory: from, called: local },
            byHand,
          },
    bootstrap: bootstrap && {
      url: bootstrap.url,
      sha256: bootstrap.sha256,
      volume: volume.path,
      called: volume.called,
      makeRoom: volume.makeRoom,
      directory: bootstrap.directory,
    },
    terminationMessage,
  };
}

/** The program that carries a plan out. It needs Node 18 or newer, and is the same everywhere. */
export function provisionProgram(): FileArgs {
  return { path: PROGRAM, content: runtimeFile("provision.cjs") };
}

/** The command of the container that carries a plan out. */
export const PROVISION_COMMAND: readonly string[] = ["node", PROGRAM, PLAN];

/** The file with the plan. */
export function planFile(plan: ProvisionPlan): FileArgs {
  return { path: PLAN, content: JSON.stringify(plan) };
}

/** Every URL that a plan may lead to. */
export function urlsOf({ downloads, bootstrap }: Provisions, { mirror }: DownloadPlaces): string[] {
  const urls = [
    ...(downloads.length > 0 && mirror !== undefined ? [mirror] : []),
    ...downloads.flatMap(({ sources }) => sources),
    ...(bootstrap === undefined ? [] : [bootstrap.url]),
  ];
  return [...new Set(urls)];
}

/** How far a download is: `12 of 48 MB`, or `12 MB` where the total is unknown. */
export function describeBytes(done: number, total: number | undefined): string {
  return `${megabytes(done)}${total === undefined ? "" : ` of ${megabytes(total)}`} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
