import { statfs } from "node:fs/promises";
import { TransferFailure } from "./failures";

/** What a program without root may still fill. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** Says how much room is missing. */
export function noRoom(called: string, missing: number, free: number, makeRoom: string): TransferFailure {
  return new TransferFailure(
    `There is no room in ${called}: ${megabytes(free)} MB are free there, and ${megabytes(missing)} MB are missing. ${makeRoom}`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
