/**
 * `npm run bench`: what the program costs, against a bare program and Pulumi's defaults, and what the way through the
 * proxies costs. Figures are printed, not judged. `--quick` takes smaller sizes, `--chains=40,160` others, `--checkpoints` lets every `up` write
 * its state after each step, `--only=programs,alone,rpc` leaves the others out.
 */
import { parseArgs } from "node:util";
import { prepareEngine } from "../../setup/engine";
import { measureAlone } from "./alone/measure";
import { describeMachine } from "./machine";
import { measurePrograms, type ProgramTimes } from "./programs";
import {
  aloneTable,
  type BenchTable,
  forMarkdown,
  forScreen,
  memoryTable,
  programTable,
  rpcTable,
  sizeTable,
} from "./report";
import { measureRpc } from "./rpc/measure";

/** Engines write a file backend's whole state after every step, which at this size is nearly all of an `up`. */
const MANY_CHAINS = 100;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    chains: { type: "string" },
    checkpoints: { type: "boolean", default: false },
    only: { type: "string", default: "programs,alone,rpc" },
  },
});

function sizes(): readonly number[] {
  if (values.chains !== undefined) return values.chains.split(",").map(Number);
  return values.quick ? [10] : [40, 160];
}

async function programs(): Promise<BenchTable[]> {
  const engine = await prepareEngine({ byHand: false });
  say(await describeMachine(engine));
  const times: ProgramTimes[] = [];
  for (const chains of sizes()) {
    say(`Programs of ${chains} chains …`);
    const checkpoints = values.checkpoints || chains < MANY_CHAINS;
    times.push(...(await measurePrograms(engine, { chains, checkpoints, previews: 3 })));
  }
  return [programTable(times), sizeTable(times)];
}

async function alone(): Promise<BenchTable[]> {
  const many = values.quick ? 500 : 2000;
  say(`The program alone for ${many} containers …`);
  const wanted = [
    { containers: many, stackTraces: false },
    { containers: many / 4, stackTraces: false },
    { containers: many / 4, stackTraces: true },
  ];
  const runs = [];
  for (const { containers, stackTraces } of wanted) {
    runs.push({ ...(await measureAlone(containers, stackTraces)), stackTraces });
  }
  return [aloneTable(runs)];
}

async function rpc(): Promise<BenchTable[]> {
  say("RPC on a notary of two chains …");
  const { compared, memory } = await measureRpc(values.quick ? 400 : 2000);
  return [rpcTable(compared), memoryTable(memory)];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const started = performance.now();
  const only = values.only.split(",");
  const tables: BenchTable[] = [];
  for (const section of [programs, alone, rpc]) {
    if (!only.includes(section.name)) continue;
    const measured = await section();
    for (const table of measured) say(`\n${forScreen(table)}`);
    tables.push(...measured);
  }
  say(`\nFor docs/performance.md:\n\n${tables.map(forMarkdown).join("\n\n")}`);
  say(`\n${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
}

void main();
