import type * as pulumi from "@pulumi/pulumi";
import type { Download } from "../chains/daemons";
import type { DiskGuard } from "../notary/diskGuard";
import type { FileArgs } from "../platforms/platform";
import { VOLUME_FILE } from "../runtime/onceFile";
import { runtimeFile } from "../runtime/runtimeFile";

/** The directory of a container with runtime/entrypoint.sh and the files that it copies. */
const RUN_DIRECTORY = "/run/dokomodo";

export interface HomeFile {
  /** Relative to the daemon's home, e.g. `.komodo/BEER/BEER.conf`. */
  readonly path: string;
  readonly content: pulumi.Input<string>;
}

/** What the entry point of a daemon does beside writing files. */
export interface EntrypointArgs {
  readonly downloads?: readonly Download[] | undefined;
  /** The directory of the daemon's volume; absent if it has none. */
  readonly volume?: string | undefined;
  /** The disk guard of the volume; none if absent. */
  readonly guard?: DiskGuard | undefined;
}

/**
 * The files of a container whose entry point writes `files` into the daemon's home at every start, and makes links
 * there to `downloads` when it has looked at them.
 */
export function homeFiles(
  files: readonly HomeFile[],
  { downloads = [], volume, guard }: EntrypointArgs = {},
): FileArgs[] {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    { path: `${RUN_DIRECTORY}/entrypoint.sh`, content: runtimeFile("entrypoint.sh") },
    { path: `${RUN_DIRECTORY}/files`, content: sorted.map((file) => `${file.path}\n`).join("") },
    ...(downloads.length === 0
      ? []
      : [{ path: `${RUN_DIRECTORY}/downloads`, content: downloads.map(downloadLine).sort().join("") }]),
    ...(volume === undefined ? [] : [{ path: VOLUME_FILE, content: `${volume}\n` }]),
    ...(guard === undefined ? [] : [{ path: `${RUN_DIRECTORY}/guard`, content: guardLine(guard) }]),
    ...sorted.map((file) => ({ path: `${RUN_DIRECTORY}/home/${file.path}`, content: file.content })),
  ];
}

/** The command that runs `command` behind the entry point. */
export function behindEntrypoint<T>(command: readonly T[]): (T | string)[] {
  return ["/bin/sh", `${RUN_DIRECTORY}/entrypoint.sh`, ...command];
}

function downloadLine({ sha256, bytes, path }: Download): string {
  return `${sha256} ${bytes} ${path}\n`;
}

function guardLine({
  stopBelowMiB,
  startAboveMiB,
  atMostPercent = { stop: 100, start: 100 },
}: DiskGuard): string {
  return `${stopBelowMiB} ${startAboveMiB} ${atMostPercent.stop} ${atMostPercent.start}\n`;
}
