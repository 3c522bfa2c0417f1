import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { startOf } from "./daemon";
import type { Pool } from "./pool";
import { processesOf } from "./processes";

const schema = z.object({
  pid: z.int(),
  start: z.string(),
  /** Whether the hosts go on after the process that started them has ended. */
  stay: z.boolean(),
});

/** What uses a pool: its name in messages, and the npm script that ends it by hand. */
export interface Subject {
  readonly name: string;
  readonly script: string;
}

const HOSTS: Subject = { name: "test hosts", script: "hosts" };

/** Rejects when the pool is in use by another process, or when a person has started it by hand. */
export async function requireFree(pool: Pool, { name, script }: Subject = HOSTS): Promise<void> {
  const text = await readFile(ownerFile(pool), "utf8").catch(() => undefined);
  if (text === undefined) return;
  const owner = schema.safeParse(parse(text)).data;
  // A process that was killed while it wrote the file leaves it incomplete.
  if (owner === undefined) return;
  if (owner.pid !== process.pid && startOf(owner.pid) === owner.start) {
    throw new Error(`Pool ${pool.number} of ${name} is in use by process ${owner.pid}. Choose another pool.`);
  }
  if (owner.stay && (await processesOf(pool)).length > 0) {
    throw new Error(
      `Pool ${pool.number} of ${name} was started by hand and still runs. End it with ` +
        `\`npm run ${script} -- down --pool ${pool.number}\`, or choose another pool.`,
    );
  }
}

/** Makes the pool's folder and records this process as its owner. */
export async function claim(pool: Pool, { stay }: { readonly stay: boolean }): Promise<void> {
  await mkdir(pool.folder, { recursive: true, mode: 0o755 });
  const owner = { pid: process.pid, start: startOf(process.pid) ?? "", stay };
  await writeFile(ownerFile(pool), JSON.stringify(owner));
}

function ownerFile(pool: Pool): string {
  return join(pool.folder, "owner.json");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
