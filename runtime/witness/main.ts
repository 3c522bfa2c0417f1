import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { setInterval } from "node:timers/promises";
import { kernelClock } from "../bootClock";
import { Leases } from "./Leases";
import { LeaseFiles } from "./leaseFiles";
import { serve } from "./server";

/**
 * node witness.cjs PORT DIRECTORY KEY: keeps which Iguana may run with this public key. Ends with 0 on SIGTERM, 64
 * where its arguments are wrong, 73 where it may not write to the directory, 1 where the port is taken.
 */
const USAGE = "usage: node witness.cjs PORT DIRECTORY KEY, with a public key of 66 hex digits";
const TIDY_MILLISECONDS = 10_000;

async function main([port, directory, key, ...rest]: readonly string[]): Promise<void> {
  if (port === undefined || !/^\d{1,5}$/.test(port) || directory === undefined || rest.length > 0)
    fail(64, USAGE);
  if (key === undefined || !/^0[23][0-9a-f]{64}$/.test(key)) fail(64, USAGE);
  const writable = () => access(directory, constants.W_OK | constants.X_OK | constants.R_OK);
  await writable().catch((error: Error) =>
    fail(73, `uid ${process.getuid?.() ?? "?"} cannot keep leases in ${directory}: ${error.message}`),
  );
  const clock = kernelClock();
  const files = new LeaseFiles(directory, key, clock);
  const leases = new Leases(files, clock, log);
  // On a full disk neither may be possible. A lease that is held can be renewed all the same.
  for (const prepare of [() => files.tidy(), () => leases.adopt(), () => files.reserve()])
    await prepare().catch((error: Error) =>
      log(`witness: is not prepared for a full disk: ${error.message}`),
    );
  await serve(Number(port), leases, writable);
  log(`witness: serves 127.0.0.1:${port}, keeps the lease of ${key.slice(0, 12)} in ${directory}`);
  await tidyForEver(files);
}

async function tidyForEver(files: LeaseFiles): Promise<void> {
  let trouble = "";
  for await (const _ of setInterval(TIDY_MILLISECONDS)) {
    const told = await files.tidy().then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (told !== trouble && told !== "") log(`witness: cannot tidy up: ${told}`);
    trouble = told;
  }
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

function fail(code: number, message: string): never {
  process.stderr.write(`witness: ${message}\n`);
  process.exit(code);
}

// Whatever it is doing: a change that is not finished has not begun. A process with id 1 gets no default action.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
main(process.argv.slice(2)).catch((error: unknown) => {
  fail(1, error instanceof Error ? error.message : String(error));
});
