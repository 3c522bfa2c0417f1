import { ConfigurationError } from "../programFile";
import { provideBootstrap } from "./bootstrap";
import { provideDownloads } from "./downloads";
import type { ProvisionPlan } from "./plan";
import { readPlan } from "./readPlan";
import { type Run, realRun } from "./run";
import { runReporting, write } from "./runReporting";
import { writeTerminationMessage } from "./terminationMessage";

/**
 * node provision.cjs PLAN   brings what a daemon needs before it starts (plan.ts), and reports to its standard output
 *                           (report.ts)
 *
 * Exit codes: 0 all is there, 1 something failed, 64 the plan is wrong, 143 it was ended by a signal.
 */
const USAGE = "usage: node provision.cjs PLAN, with the path of a JSON file";
const ENDED = 143;
/** After a signal. What then still hangs is cut off, and the next run takes over. */
const LAST_MILLISECONDS = 2000;

async function main([path, ...rest]: readonly string[]): Promise<number> {
  if (path === undefined || rest.length > 0) throw new ConfigurationError(USAGE);
  const life = new AbortController();
  // A process with id 1 gets no default action for signals.
  for (const signal of ["SIGTERM", "SIGINT"])
    process.on(signal, () => {
      life.abort();
      setTimeout(() => process.exit(ENDED), LAST_MILLISECONDS).unref();
    });
  const plan = readPlan(path);
  const run = realRun(write, life.signal);
  try {
    const failed = await provide(plan, run);
    run.reporter.end(failed);
    if (failed.length > 0) writeTerminationMessage(plan, failed);
    return failed.length > 0 ? 1 : 0;
  } catch (error) {
    if (life.signal.aborted) return ENDED;
    throw error;
  }
}

/** The result is everything that failed. One failure does not keep the rest from being brought. */
async function provide({ downloads, bootstrap }: ProvisionPlan, run: Run): Promise<readonly string[]> {
  const failed: string[] = [];
  if (downloads !== undefined) failed.push(...(await provideDownloads(downloads, run)));
  if (bootstrap !== undefined) failed.push(...(await provideBootstrap(bootstrap, run)));
  return failed;
}

runReporting(main);
