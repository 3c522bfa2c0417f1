import { setTimeout as sleep } from "node:timers/promises";
import { Engine, type ListedContainer } from "./engine";

/**
 * Starts what the Docker Engine gave up. The containers of a workload join the namespaces of its pause container;
 * after a reboot, or when pause was killed, the engine tries some of them before pause runs, is refused by itself and
 * never tries again (moby daemon/monitor.go, handleContainerExit; seen on 20.10). A container that a person stopped
 * has no such error and stays stopped.
 */
const GIVEN_UP = /cannot join network|cannot join PID|is restarting, wait until|non running container/;

const POLL_MILLISECONDS = 1000;

async function main([socketPath, label]: readonly string[]): Promise<void> {
  if (socketPath === undefined || label === undefined) throw new Error("usage: restarter SOCKET LABEL");
  const engine = new Engine(socketPath);
  let trouble = "";
  for (;;) {
    const told = await round(engine, label).then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (told !== trouble && told !== "") console.log(told);
    trouble = told;
    await sleep(POLL_MILLISECONDS);
  }
}

async function round(engine: Engine, label: string): Promise<void> {
  for (const container of await engine.ended(label)) {
    const error = await engine.startError(container.Id);
    if (!GIVEN_UP.test(error)) continue;
    await engine.start(container.Id);
    console.log(`${nameOf(container)}: started again; Docker had given it up: ${error}`);
  }
}

function nameOf({ Names: [name = ""] }: ListedContainer): string {
  return name.replace(/^\//, "");
}

process.on("SIGTERM", () => process.exit(0));
main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(64);
});
