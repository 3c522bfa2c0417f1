import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { isObject, parseJson } from "../json";
import { DATA_NAMES } from "./archiveRules";
import { exists, textOf } from "./Disk";
import type { BootstrapPlan } from "./plan";
import type { Run } from "./run";

/** All files of ours in a volume begin so. */
export const OURS = ".dokomodo-bootstrap-";
/** Says that the data directory was filled. It stays for good, so that a chain is never filled twice. */
export const FINISHED = `${OURS}finished.json`;
/** Says that a staging directory is whole, and which of its parts go into the data directory. */
export const JOURNAL = `${OURS}journal.json`;

const BEGIN_ANEW =
  "Remove all that begins with .dokomodo-bootstrap- there, and what there is of the chain's data. Then try again.";

interface Journal {
  /** The staging directory's name in the volume. */
  readonly staging: string;
  /** Names in it, in the order in which they are moved. `blocks` is the last. */
  readonly parts: readonly string[];
}

export function dataDirectory({ volume, directory }: BootstrapPlan): string {
  return join(volume, directory);
}

/** Where a part of the data is in the volume: `BEER/blocks`. */
export function inVolume({ directory }: BootstrapPlan, part: string): string {
  return join(directory, part);
}

/** A name for a new staging directory. No two programs have the same. */
export function stagingName(): string {
  return `${OURS}staging-${randomUUID()}`;
}

/** Whether the data directory was filled, or has blocks that we did not bring. */
export async function isFilled(plan: BootstrapPlan): Promise<boolean> {
  if (await exists(join(plan.volume, FINISHED))) return true;
  // While parts are moved, blocks may be there already, and the rest has to be finished.
  if (await exists(join(plan.volume, JOURNAL))) return false;
  return exists(join(dataDirectory(plan), "blocks"));
}

/** Names of chain data that the data directory has. */
export async function dataIn(plan: BootstrapPlan): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of DATA_NAMES) if (await exists(join(dataDirectory(plan), name))) found.push(name);
  return found;
}

/** Says that the staging directory is whole. From here on the next run finishes what this one does not. */
export async function writeJournal(plan: BootstrapPlan, journal: Journal, run: Run): Promise<void> {
  await run.disk.sync(plan.volume);
  await run.disk.writeWhole(join(plan.volume, JOURNAL), JSON.stringify(journal));
}

export async function readJournal({ volume, called }: BootstrapPlan): Promise<Journal | undefined> {
  const path = join(volume, JOURNAL);
  const text = await textOf(path);
  if (text === undefined) return undefined;
  const value = parseJson(text);
  const { staging, parts } = isObject(value) ? value : {};
  if (typeof staging !== "string" || !staging.startsWith(OURS) || staging.includes("/") || !isParts(parts))
    throw new Error(`${JOURNAL} in ${called} is damaged. ${BEGIN_ANEW}`);
  return { staging, parts };
}

function isParts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => DATA_NAMES.includes(part));
}

/**
 * Moves the parts of a whole staging directory into the data directory. What an earlier run has moved is left out, so
 * it may be called again at any point. A daemon finds blocks only when all else is there.
 */
export async function moveParts(plan: BootstrapPlan, { staging, parts }: Journal, run: Run): Promise<void> {
  const data = dataDirectory(plan);
  await run.disk.makeDirectory(data);
  await run.disk.sync(plan.volume);
  for (const part of parts) {
    const from = join(plan.volume, staging, part);
    const to = join(data, part);
    const isThere = await exists(to);
    if (!(await exists(from))) {
      if (isThere) continue;
      throw new Error(`${staging}/${part} in ${plan.called} has gone. ${BEGIN_ANEW}`);
    }
    if (isThere)
      throw new Error(
        `${inVolume(plan, part)} appeared in ${plan.called} while the bootstrap was unpacked. Remove it, then try again.`,
      );
    await run.disk.rename(from, to);
    // So that after a loss of power blocks is not there without the others.
    await run.disk.sync(data);
  }
  await run.disk.writeWhole(join(plan.volume, FINISHED), JSON.stringify({ sha256: plan.sha256, parts }));
}
