import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { setInterval } from "node:timers/promises";
import { kernelClock } from "../bootClock";
import { Leases } from "./Leases";
import { LeaseFiles } from "./leaseFiles";
import { serve } from "./server";

/**
 * node witness.cjs PORT DIRECTORY KEY   keeps the lease of one public key: which Iguana may run with it
 *
 * Exit codes: 0 on SIGTERM, 64 for wrong arguments, 73 where it may not write to the directory, 1 for anything else,
 * such as a port that is taken.
 */
const USAGE = "usage: node witness.cjs PORT DIRECTORY KEY, with a public key of 66 hex digits";
const TIDY_MILLISECONDS = 10_000;

async function main([port, directory, key, ...rest]: readonly string[]): Promise<void> {
  if (port === undefined || !/^\d{1,5}$/.test(port) || directory === undefined || rest.length > 0)
    fail(64, USAGE);
  if (key === undefined || !/^0[23][0-9a-f]{64}$/.test(key)) fail(64, USAGE);
  const checkWritable = () => access(directory, constants.W_OK | constants.X_OK | constants.R_OK);
  await checkWritable().catch((error: Error) =>
    fail(73, `uid ${process.getuid?.() ?? "?"} cannot keep leases in ${directory}: ${error.message}`),
  );
  const clock = kernelClock();
  const files = new LeaseFiles(directory, key, clock);
  const leases = new Leases(files, clock, log);
  // On a full disk each of these may fail. A lease that is held can be renewed all the same.
  for (const prepare of [() => files.tidy(), () => leases.adopt(), () => files.reserve()])
    await prepare().catch((error: Error) =>
      log(`witness: is not prepared for a full disk: ${error.message}`),
    );
  await serve(Number(port), leases, checkWritable);
  log(`witness: serves 127.0.0.1:${port}, keeps the lease of ${key.slice(0, 12)} in ${directory}`);
  await tidyRepeatedly(files);
}

async function tidyRepeatedly(files: LeaseFiles): Promise<void> {
  let lastTrouble = "";
  for await (const _ of setInterval(TIDY_MILLISECONDS)) {
    const trouble = await files.tidy().then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (trouble !== lastTrouble && trouble !== "") log(`witness: cannot remove old files: ${trouble}`);
    lastTrouble = trouble;
  }
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

function fail(code: number, message: string): never {
  process.stderr.write(`witness: ${message}\n`);
  process.exit(code);
}

// It may end at any moment, because a change that is not finished has no effect. A process with id 1 gets no default
// action for signals.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
main(process.argv.slice(2)).catch((error: unknown) => {
  fail(1, error instanceof Error ? error.message : String(error));
});
