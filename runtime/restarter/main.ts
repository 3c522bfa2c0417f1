import { statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { kernelClock } from "../bootClock";
import { Engine } from "./engine";
import { readHostValues } from "./hostValues";
import { Recovery } from "./Recovery";

/**
 * node restarter.cjs SOCKET LABEL   starts containers with the label that Docker gave up
 * node restarter.cjs healthz        prints what is known of the host; exits with 0 where the running restarter has lately
 *                                   reached its engine, else with 1
 */
const POLL_MILLISECONDS = 1000;

/**
 * An engine that kept its containers while it was restarted (`live-restore`) has a new socket. This container mounts
 * the new socket only when it is started again. So the restarter ends after this time without its engine, and the
 * engine starts it again.
 */
const WITHOUT_ENGINE_SECONDS = 15;

/** A file that is written whenever the engine has answered. */
const ANSWERED = "/tmp/answered";
const HEALTHY_SECONDS = 45;

async function main([socketPath, label]: readonly string[]): Promise<void> {
  if (socketPath === "healthz") return healthz();
  if (socketPath === undefined || label === undefined)
    throw new Error("usage: node restarter.cjs SOCKET LABEL");
  const clock = kernelClock();
  const recovery = new Recovery({
    engine: new Engine(socketPath),
    label,
    now: () => clock.seconds(),
    log,
  });
  let answeredAt = clock.seconds();
  let lastTrouble = "";
  for (;;) {
    const trouble = await recovery.round().then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (trouble !== lastTrouble && trouble !== "") log(trouble);
    lastTrouble = trouble;
    if (trouble === "") {
      answeredAt = clock.seconds();
      writeFileSync(ANSWERED, "");
    } else if (clock.seconds() - answeredAt > WITHOUT_ENGINE_SECONDS) {
      log(
        "ends because the engine does not answer; Docker starts it again, with the engine's present socket",
      );
      process.exit(1);
    }
    await sleep(POLL_MILLISECONDS);
  }
}

function healthz(): void {
  tellHostValues();
  const age = (Date.now() - statSync(ANSWERED).mtimeMs) / 1000;
  if (age < HEALTHY_SECONDS) return;
  process.stderr.write(`the Docker Engine has not answered for ${age.toFixed(0)} s\n`);
  process.exitCode = 1;
}

/** The engine keeps what a health check prints with the container, and a look at the stack finds it there. */
function tellHostValues(): void {
  try {
    process.stdout.write(`${JSON.stringify(readHostValues())}\n`);
  } catch {
    // The restarter does its work without them, so they say nothing of its health.
  }
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

process.on("SIGTERM", () => process.exit(0));
main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(64);
});
