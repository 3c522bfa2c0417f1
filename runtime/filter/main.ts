import { ConfigurationError } from "../programFile";
import { readPlan, readSecrets } from "./readPlan";
import { serve } from "./server";

/**
 * node filter.cjs PLAN SECRETS   lets clients call the methods that the plan allows, on the chains that it names
 *
 * Exit codes: 0 on SIGTERM, 64 for wrong arguments, 78 for files that are missing or wrong, 1 for anything else, such as
 * a port that is taken.
 */
const USAGE = "usage: node filter.cjs <plan.json> <secrets.json>";
/** Calls that are under way when it has to end may take so long. */
const END_MILLISECONDS = 5_000;

async function main([planPath, secretsPath, ...rest]: readonly string[]): Promise<void> {
  if (planPath === undefined || secretsPath === undefined || rest.length > 0) fail(64, USAGE);
  const plan = readPlan(planPath);
  const server = await serve({ plan, secrets: readSecrets(secretsPath, plan), log });
  // A process with id 1 gets no default action for signals.
  for (const signal of ["SIGTERM", "SIGINT"])
    process.on(signal, () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
      setTimeout(() => process.exit(0), END_MILLISECONDS);
    });
  log(
    `filter: serves 127.0.0.1:${plan.port}, ${Object.keys(plan.clients).length} clients, ` +
      `${Object.keys(plan.chains).length} chains`,
  );
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

function fail(code: number, message: string): never {
  process.stderr.write(`filter: ${message}\n`);
  process.exit(code);
}

main(process.argv.slice(2)).catch((failure: unknown) => {
  const message = failure instanceof Error ? failure.message : String(failure);
  fail(failure instanceof ConfigurationError ? 78 : 1, message);
});
