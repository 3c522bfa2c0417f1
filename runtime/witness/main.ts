import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { setInterval } from "node:timers/promises";
import { kernelClock } from "../bootClock";
import { LeaseFiles } from "./leaseFiles";
import { Leases } from "./leases";
import { serve } from "./server";

/**
 * node witness.cjs PORT DIRECTORY: keeps, for each public key, which Iguana may run with it. Ends with 0 on SIGTERM,
 * 64 where its arguments are wrong, 73 where it may not write to the directory, 1 where the port is taken.
 */
const TIDY_MILLISECONDS = 60_000;

async function main([port, directory, ...rest]: readonly string[]): Promise<void> {
  if (port === undefined || !/^\d{1,5}$/.test(port) || directory === undefined || rest.length > 0)
    fail(64, "usage: node witness.cjs PORT DIRECTORY");
  const writable = () => access(directory, constants.W_OK | constants.X_OK | constants.R_OK);
  await writable().catch((error: Error) =>
    fail(73, `uid ${process.getuid?.() ?? "?"} cannot keep leases in ${directory}: ${error.message}`),
  );
  const clock = kernelClock();
  const files = new LeaseFiles(directory, clock);
  const leases = new Leases(files, clock, log);
  await leases.adopt();
  await serve(Number(port), leases, writable);
  log(`witness: serves 127.0.0.1:${port}, keeps leases in ${directory}`);
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
