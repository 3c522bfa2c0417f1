import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isRunning, startOf } from "./daemon";
import type { Pool } from "./pool";
import { processesOf } from "./processes";

const schema = z.object({
  pid: z.int(),
  start: z.string(),
  /** Whether the hosts are to stay when the process that started them is gone. */
  stay: z.boolean(),
});

/** How to call what has a pool, and to end it by hand. */
export interface Subject {
  readonly name: string;
  readonly script: string;
}

const HOSTS: Subject = { name: "test hosts", script: "hosts" };

/** Rejects when somebody uses the pool: another process, or the person who started what it has by hand. */
export async function requireFree(pool: Pool, { name, script }: Subject = HOSTS): Promise<void> {
  const text = await readFile(ownerFile(pool), "utf8").catch(() => undefined);
  if (text === undefined) return;
  const owner = schema.safeParse(parse(text)).data;
  // The file of a process that was killed while it wrote it.
  if (owner === undefined) return;
  if (owner.pid !== process.pid && isRunning(owner.pid) && startOf(owner.pid) === owner.start) {
    throw new Error(`Pool ${pool.number} of ${name} is in use by process ${owner.pid}; take another pool.`);
  }
  if (owner.stay && (await processesOf(pool)).length > 0) {
    throw new Error(
      `Pool ${pool.number} of ${name} was started by hand and runs. End it with ` +
        `\`npm run ${script} -- down --pool ${pool.number}\`, or take another pool.`,
    );
  }
}

/** Makes the pool's folder and writes down whose it is. */
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
