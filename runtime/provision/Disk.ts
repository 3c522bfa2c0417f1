import { constants } from "node:fs";
import {
  copyFile,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
} from "node:fs/promises";
import { dirname } from "node:path";

/** All changes of the disk, and its free space. Tests have one that fails, or that ends at any of the changes. */
export class Disk {
  /** What a program without root may still fill. Node has it from 18.15 on. */
  async freeBytes(directory: string): Promise<number> {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  }

  /** Opens a new file. Rejects with EEXIST where it exists. */
  create(path: string, mode = 0o600): Promise<FileHandle> {
    return open(path, "wx", mode);
  }

  async write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
      written += bytesWritten;
    }
  }

  truncate(file: FileHandle): Promise<void> {
    return file.truncate(0);
  }

  /** Sends a file or the names in a directory to the disk. */
  async sync(path: string): Promise<void> {
    const file = await open(path, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  rename(from: string, to: string): Promise<void> {
    return rename(from, to);
  }

  /** The copy is a file of its own. Where the file system can, it shares the bytes until one of them is changed. */
  copy(from: string, to: string): Promise<void> {
    return copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  }

  /** Removes a file, or a directory with all that is in it, if it is there. */
  remove(path: string): Promise<void> {
    return rm(path, { recursive: true, force: true });
  }

  async makeDirectory(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }

  /** Writes a whole file: whoever reads it sees all of it or the earlier one, after a loss of power as well. */
  async writeWhole(path: string, text: string): Promise<void> {
    const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    const file = await this.create(draft, 0o644);
    try {
      await this.write(file, Buffer.from(text), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.rename(draft, path);
    await this.sync(dirname(path));
  }
}

/** The size, or undefined where there is nothing of that name. */
export async function sizeOf(path: string): Promise<number | undefined> {
  const found = await orUndefined(stat(path));
  return found?.size;
}

export async function exists(path: string): Promise<boolean> {
  return (await sizeOf(path)) !== undefined;
}

/** The names in a directory; none where it does not exist. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  return (await orUndefined(readdir(directory))) ?? [];
}

export async function textOf(path: string): Promise<string | undefined> {
  return orUndefined(readFile(path, "utf8"));
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** What is not there is undefined. Every other failure stays one. */
export function orUndefined<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
}
