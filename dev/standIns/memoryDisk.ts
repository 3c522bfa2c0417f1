import { mkdir, statfs } from "node:fs/promises";
import { run } from "./hosts/run";

/** Mounts a disk in memory of at most 1 GiB. It takes as much memory as is written to it. It needs root. */
export async function mountMemoryDisk(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await run("mount", "-t", "tmpfs", "-o", "size=1g,mode=0755", "tmpfs", directory);
}

/** Makes such a disk as large as it has to be for this many bytes of it to be free. */
export async function leaveFree(directory: string, bytes: number): Promise<void> {
  const { blocks, bfree, bsize } = await statfs(directory);
  await run("mount", "-o", `remount,size=${(blocks - bfree) * bsize + bytes}`, directory);
}

/** Unmounts such a disk. Who has files of it open keeps them. */
export async function unmountMemoryDisk(directory: string): Promise<void> {
  await run("umount", "--lazy", directory);
}
