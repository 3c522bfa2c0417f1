import { bringUp } from "../../../runtime/agent/bringUp";
import { ReadingsBoard } from "../../../runtime/agent/ReadingsBoard";
import { readPlan, readSecrets } from "../../../runtime/agent/readPlan";
import { StatusBoard } from "../../../runtime/agent/StatusBoard";
import { serve } from "../../../runtime/agent/server";
import { kernelClock } from "../../../runtime/bootClock";

/** The agent as runtime/agent/main.ts starts it, with an instance and times of its own: DIRECTORY INSTANCE TIMES. */
async function main([directory = "", instance = "", times = ""]: readonly string[]): Promise<void> {
  const plan = readPlan(directory);
  const board = new StatusBoard(
    plan,
    (text) => text,
    (line) => process.stdout.write(`${Date.now()} ${line}\n`),
  );
  const readings = new ReadingsBoard(plan, board);
  const end = new AbortController();
  process.on("SIGTERM", () => end.abort());
  await serve(plan.listenPort, board, readings);
  const surroundings = {
    clock: kernelClock(),
    instance,
    times: JSON.parse(times),
    relianceFile: `${directory}/reliance`,
  };
  const secrets = readSecrets(directory, plan);
  await bringUp({ plan, secrets, board, readings, signal: end.signal, surroundings: () => surroundings });
  process.exit(0);
}

void main(process.argv.slice(2));
