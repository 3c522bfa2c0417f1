import type * as pulumi from "@pulumi/pulumi";
import type { FileArgs } from "../platforms/platform";
import { runtimeFile } from "../runtime/runtimeFile";

/** The directory of a container with runtime/entrypoint.sh and the files that it copies. */
const RUN_DIRECTORY = "/run/dokomodo";

export interface HomeFile {
  /** Relative to the daemon's home, e.g. `.komodo/BEER/BEER.conf`. */
  readonly path: string;
  readonly content: pulumi.Input<string>;
}

/** The files of a container whose entry point writes `files` into the daemon's home at every start. */
export function homeFiles(files: readonly HomeFile[]): FileArgs[] {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    { path: `${RUN_DIRECTORY}/entrypoint.sh`, content: runtimeFile("entrypoint.sh") },
    { path: `${RUN_DIRECTORY}/files`, content: sorted.map((file) => `${file.path}\n`).join("") },
    ...sorted.map((file) => ({ path: `${RUN_DIRECTORY}/home/${file.path}`, content: file.content })),
  ];
}

/** The command that runs `command` behind the entry point. */
export function behindEntrypoint<T>(command: readonly T[]): (T | string)[] {
  return ["/bin/sh", `${RUN_DIRECTORY}/entrypoint.sh`, ...command];
}
