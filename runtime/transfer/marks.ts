import { mkdir, open, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../provision/Disk";
import { TransferFailure } from "./failures";

/** A volume that has this is not whole. The entry point of a daemon refuses to start on it (runtime/entrypoint.sh). */
export const INCOMING = ".dokomodo-incoming";
/** A volume that has this was copied here as a whole, and no daemon has started on it. The entry point removes it. */
export const ARRIVED = ".dokomodo-arrived";

/** The boot of the host at a daemon's last start (runtime/entrypoint.sh). It says nothing on another host. */
const BOOT = ".dokomodo-boot";

/** Whether something in the volume's root is ours and is not copied. */
export function isOurs(name: string): boolean {
  return name === INCOMING || name === ARRIVED || name === BOOT || name === "lost+found";
}

/**
 * Marks a volume as not whole, before anything is written to it. Throws if it has data that no transfer brought: that of
 * another daemon, or of one that has run since.
 */
export async function claim(directory: string, called: string): Promise<void> {
  if (await exists(join(directory, INCOMING))) return;
  if (await exists(join(directory, ARRIVED))) {
    await rename(join(directory, ARRIVED), join(directory, INCOMING));
  } else {
    const found = (await readdir(directory)).filter((name) => !isOurs(name));
    if (found.length > 0)
      throw new TransferFailure(
        `There is data in ${called} already (${found.sort().slice(0, 3).join(", ")}), and it is not from an unfinished move. ` +
          "If nobody needs it, remove that volume (docker volume rm). Otherwise move the chain elsewhere.",
      );
    await mkdir(join(directory, INCOMING), { mode: 0o700 });
  }
  await syncDirectory(directory);
}

/** Throws if a volume is itself one that an unfinished move fills. */
export async function requireWhole(directory: string, called: string): Promise<void> {
  if (!(await exists(join(directory, INCOMING)))) return;
  throw new TransferFailure(
    `${called} is not whole, because a move to it was broken off. Finish that move first, or move the chain from the host that has all of its data.`,
  );
}

/** Says that the volume is whole. It is one step: a rename. */
export async function release(directory: string): Promise<void> {
  await syncDirectory(directory);
  await rename(join(directory, INCOMING), join(directory, ARRIVED));
  await syncDirectory(directory);
}

/** Sends the names in a directory to the disk. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
