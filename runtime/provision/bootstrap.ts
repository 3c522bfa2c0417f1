import { join } from "node:path";
import { type Chosen, Refused } from "./archiveRules";
import { exists, namesIn, textOf } from "./Disk";
import { FileLock } from "./FileLock";
import { messageOf, shown } from "./failures";
import { fetchFile, NotFetched } from "./fetchFile";
import {
  dataIn,
  FINISHED,
  inVolume,
  isFilled,
  JOURNAL,
  moveParts,
  OURS,
  readJournal,
  stagingName,
  writeJournal,
} from "./placing";
import type { BootstrapPlan } from "./plan";
import type { Run } from "./run";
import { Changed, listArchive, unpack } from "./unpack";

const WHAT = "the bootstrap";

/**
 * Fills an empty data directory out of an archive. It may be ended at any point: the next run finishes it, or starts
 * over. The result is what failed.
 */
export async function provideBootstrap(plan: BootstrapPlan, run: Run): Promise<readonly string[]> {
  try {
    if (await isFilled(plan)) await leaveAlone(plan, run);
    else await FileLock.hold(join(plan.volume, `${OURS}archive`), WHAT, run, () => fill(plan, run));
    return [];
  } catch (error) {
    if (run.signal.aborted) throw error;
    return [`The bootstrap failed. ${failureText(plan, error)}`];
  }
}

async function leaveAlone(plan: BootstrapPlan, run: Run): Promise<void> {
  run.reporter.say(`The chain's data is in ${plan.called} already, so no bootstrap is fetched.`);
  await removeOurs(plan, run, [FINISHED]);
}

async function fill(plan: BootstrapPlan, run: Run): Promise<void> {
  // Whoever held the lock before may have filled it.
  if (await isFilled(plan)) return leaveAlone(plan, run);
  let journal = await readJournal(plan);
  if (journal === undefined) {
    await refuseOccupied(plan);
    journal = await stage(plan, run);
  }
  await moveParts(plan, journal, run);
  run.reporter.say(`The chain's data of ${shown(new URL(plan.url))} is in ${plan.called} now.`);
  await removeOurs(plan, run, [FINISHED]);
}

/** Without blocks a chain's other data is of no use, and two chains' data must not be mixed. */
async function refuseOccupied(plan: BootstrapPlan): Promise<void> {
  const found = await dataIn(plan);
  if (found.length === 0) return;
  throw new Error(
    `There is ${found.map((name) => inVolume(plan, name)).join(" and ")} in ${plan.called}, but no blocks. ` +
      `Remove ${found.length === 1 ? "it" : "them"}, or leave out the chain's bootstrap.`,
  );
}

/** Fetches, checks and unpacks the archive into a directory beside the data. */
async function stage(plan: BootstrapPlan, run: Run) {
  const archive = `${OURS}archive-${plan.sha256}`;
  const refusal = `${OURS}refused-${plan.sha256}`;
  await removeOurs(plan, run, [archive, refusal]);
  const path = join(plan.volume, archive);
  const refused = await textOf(join(plan.volume, refusal));
  if (refused !== undefined) throw new Refused(refused);
  if (!(await exists(path))) {
    const wanted = { what: WHAT, sha256: plan.sha256 };
    await fetchFile(path, path, 0o600, wanted, [{ url: plan.url }], run);
  }
  const staging = stagingName();
  let chosen: Chosen;
  try {
    chosen = await listArchive(path, plan.sha256, run);
    await run.disk.makeDirectory(join(plan.volume, staging));
    await unpack(path, plan.sha256, chosen, join(plan.volume, staging), run);
  } catch (error) {
    if (!run.signal.aborted) await run.disk.remove(join(plan.volume, staging));
    // An archive that is refused is not fetched again at each start. Its room is given back.
    if (error instanceof Refused) await run.disk.writeWhole(join(plan.volume, refusal), error.message);
    if (error instanceof Refused || error instanceof Changed) await run.disk.remove(path);
    throw error;
  }
  // From here on the staging directory stays: the journal may be on the disk even if writing it failed.
  const journal = { staging, parts: chosen.parts };
  await writeJournal(plan, journal, run);
  return journal;
}

/** Removes what earlier runs have left in the volume, and what this run needs no more. */
async function removeOurs({ volume }: BootstrapPlan, run: Run, kept: readonly string[]): Promise<void> {
  const isLock = (name: string) => name.startsWith(`${OURS}archive.lock.`);
  const isKept = (name: string) =>
    isLock(name) || kept.some((one) => name === one || name.startsWith(`${one}.part`));
  const names = (await namesIn(volume)).filter((name) => name.startsWith(OURS) && !isKept(name));
  // The journal speaks of the staging directory, so it goes first.
  names.sort((a, b) => Number(b === JOURNAL) - Number(a === JOURNAL));
  for (const name of names) await run.disk.remove(join(volume, name));
}

function failureText(plan: BootstrapPlan, error: unknown): string {
  const url = shown(new URL(plan.url));
  if (error instanceof Refused)
    return (
      `The archive of ${url} ${error.message}. Nothing of it was kept. Name another archive in the ` +
      "chain's bootstrap, or leave the bootstrap out."
    );
  if (error instanceof Changed)
    return `The archive of ${url} was damaged in ${plan.called}, and was removed. The next run fetches it again.`;
  if (error instanceof NotFetched)
    return (
      `${error.message} Correct url and sha256 of the chain's bootstrap, or leave the bootstrap out: ` +
      "the daemon then fetches the chain from its peers."
    );
  return messageOf(error, plan);
}
