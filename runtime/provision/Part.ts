import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf, namesIn, orUndefined, sizeOf } from "./Disk";
import { isDiskFull } from "./failures";
import type { Run } from "./run";

/** Where bytes of an earlier run came from is not known. */
const EARLIER = "an earlier run";

/**
 * A file that is being fetched. While a program works on it, it is `<base>.part.<token>`, a file that nobody else
 * writes. So what was hashed is what gets the name, even if another program should work on the same file at the same
 * time. A program that ends leaves it as `<base>.part`, and the next one goes on with it.
 */
export class Part {
  private hash: Hash = createHash("sha256");
  private position = 0;
  private readonly origins = new Set<string>();

  private constructor(
    private readonly base: string,
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly run: Run,
  ) {}

  /** Goes on with what an earlier run has left, or begins. */
  static async open(base: string, what: string, run: Run): Promise<Part> {
    const path = `${base}.part.${process.pid}-${Math.random().toString(36).slice(2)}`;
    const isAdopted = await adopt(base, path, run);
    const file = isAdopted ? await open(path, "r+") : await run.disk.create(path);
    const part = new Part(base, path, file, run);
    try {
      if (isAdopted) await part.readEarlier(what);
      return part;
    } catch (error) {
      await part.leave();
      throw error;
    }
  }

  /** Bytes that are there. */
  get length(): number {
    return this.position;
  }

  get directory(): string {
    return dirname(this.base);
  }

  /** Whether all bytes came from this origin, in this run. */
  isAllFrom(origin: string): boolean {
    return [...this.origins].every((other) => other === origin);
  }

  async append(bytes: Uint8Array, origin: string): Promise<void> {
    await this.run.disk.write(this.file, bytes, this.position);
    this.count(bytes);
    this.origins.add(origin);
  }

  async restart(): Promise<void> {
    await this.run.disk.truncate(this.file);
    this.hash = createHash("sha256");
    this.position = 0;
    this.origins.clear();
  }

  /** SHA-256 of what is there, as hex digits. */
  digest(): string {
    return this.hash.copy().digest("hex");
  }

  /** Gives the file its name. */
  async finish(target: string, mode: number): Promise<void> {
    await this.file.chmod(mode);
    await this.file.sync();
    await this.file.close();
    await this.run.disk.rename(this.path, target);
    await this.run.disk.sync(dirname(target));
  }

  /** Leaves it to the next run. */
  async leave(): Promise<void> {
    await this.file.close();
    if (this.position === 0) await this.run.disk.remove(this.path);
    else await orUndefined(this.run.disk.rename(this.path, atRest(this.base)));
  }

  /** Makes room. */
  async discard(): Promise<void> {
    await this.file.close();
    await this.run.disk.remove(this.path);
  }

  private async readEarlier(what: string): Promise<void> {
    const total = await sizeOf(this.path);
    for await (const chunk of createReadStream(this.path, { signal: this.run.signal })) {
      this.count(chunk);
      this.run.reporter.progress({ what: `${what} (checking)`, done: this.position, total });
    }
    if (this.position > 0) this.origins.add(EARLIER);
  }

  private count(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.position += bytes.length;
  }
}

function atRest(base: string): string {
  return `${base}.part`;
}

/** Takes what an earlier run has left, and gives it the path. Only one program can. */
async function adopt(base: string, path: string, run: Run): Promise<boolean> {
  let isAdopted = await run.disk.rename(atRest(base), path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );
  const prefix = `${basename(atRest(base))}.`;
  for (const name of await namesIn(dirname(base))) {
    const other = join(dirname(base), name);
    if (!name.startsWith(prefix) || other === path) continue;
    // Its program was killed, or only seems so and still writes. A copy is written by nobody else.
    if (!isAdopted) isAdopted = await copyOf(other, path, run);
    await run.disk.remove(other);
  }
  return isAdopted;
}

/** Without room for a copy, we begin anew. */
async function copyOf(other: string, path: string, run: Run): Promise<boolean> {
  try {
    await run.disk.copy(other, path);
    return true;
  } catch (error) {
    await run.disk.remove(path);
    if (isDiskFull(error) || codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
