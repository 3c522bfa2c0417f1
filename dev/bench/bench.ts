/**
 * `npm run bench` measures what the program costs on one host and on many, compared with a bare program and with Pulumi's
 * defaults. It also measures what the links and the containers cost at run time. It prints figures and judges none.
 *
 * - `--quick` uses smaller sizes.
 * - `--chains=40,160` sets the sizes of the part `programs`.
 * - `--checkpoints` lets every `up` write its state after each step.
 * - `--only=programs,hosts` runs these parts only.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type PulumiEnvironment, preparePulumi } from "../toolchain/pulumiEnvironment";
import { measureAlone } from "./alone/measure";
import { measureBridge } from "./bridge/measure";
import { bridgeTable, roundTripTable } from "./bridge/table";
import { measureHosts } from "./hosts/measure";
import { hostsTable } from "./hosts/table";
import { measureImports } from "./imports/measure";
import { importsTable } from "./imports/table";
import { describeMachine } from "./machine";
import { measureMemory } from "./memory/measure";
import { memoryTable } from "./memory/table";
import { measurePrograms, type ProgramTimes } from "./programs";
import {
  aloneTable,
  type BenchTable,
  forMarkdown,
  forScreen,
  programTable,
  rpcTable,
  sizeTable,
} from "./report";
import { measureRpc } from "./rpc/measure";
import { measureStartUp } from "./startUp/measure";
import { startUpTable } from "./startUp/table";
import { measureStatus } from "./status/measure";
import { statusTable } from "./status/table";

/**
 * From this many chains on, an `up` runs without checkpoints. Pulumi writes a file backend's whole state after every step,
 * and at this size the writing takes nearly all of an `up`.
 */
const MANY_CHAINS = 100;

const PARTS = { programs, alone, imports, startUp, status, hosts, rpc, bridge, memory };

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    chains: { type: "string" },
    checkpoints: { type: "boolean", default: false },
    only: { type: "string", default: Object.keys(PARTS).join(",") },
  },
});

function sizes(): readonly number[] {
  if (values.chains !== undefined) return values.chains.split(",").map(Number);
  return values.quick ? [4] : [40, 160];
}

async function programs(engine: PulumiEnvironment): Promise<BenchTable[]> {
  const times: ProgramTimes[] = [];
  for (const chains of sizes()) {
    say(`Programs of ${chains} chains …`);
    const checkpoints = values.checkpoints || chains < MANY_CHAINS;
    const previews = values.quick ? 1 : 3;
    times.push(...(await measurePrograms(engine, { chains, checkpoints, previews })));
  }
  return [programTable(times), sizeTable(times)];
}

async function alone(): Promise<BenchTable[]> {
  const many = values.quick ? 200 : 2000;
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

async function imports(): Promise<BenchTable[]> {
  say("What loading Kubernetes' SDK takes …");
  return [importsTable(await measureImports(values.quick ? 3 : 15))];
}

async function startUp(): Promise<BenchTable[]> {
  say("How long commands take to start …");
  return [startUpTable(await measureStartUp(values.quick ? 3 : 15))];
}

async function status(): Promise<BenchTable[]> {
  const run = values.quick
    ? { hosts: [1, 2], chains: [4], turns: 1 }
    : { hosts: [1, 6], chains: [1, 10, 40], turns: 7 };
  say(`Looks at notaries of ${run.chains.join(", ")} chains on ${run.hosts.join(", ")} hosts …`);
  return [statusTable(await measureStatus(run))];
}

async function hosts(engine: PulumiEnvironment): Promise<BenchTable[]> {
  const run = values.quick
    ? { hosts: [1, 2], chains: 4, turns: 1 }
    : { hosts: [1, 3, 6], chains: 40, turns: 3 };
  say(`A notary of ${run.chains} chains on ${run.hosts.join(", ")} hosts …`);
  return [hostsTable(await measureHosts(engine, run))];
}

async function rpc(): Promise<BenchTable[]> {
  say("RPC on a notary of two chains …");
  return [rpcTable(await measureRpc(values.quick ? 100 : 2000))];
}

async function bridge(): Promise<BenchTable[]> {
  say("RPC between two hosts …");
  const { near, far } = await measureBridge(values.quick ? 20 : 500);
  return [bridgeTable([near, far]), roundTripTable(near, far)];
}

async function memory(): Promise<BenchTable[]> {
  const chains = values.quick ? 2 : 40;
  say(`Memory of a notary of ${chains} chains …`);
  return [memoryTable(await measureMemory(chains, 100))];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const only = values.only.split(",");
  const parts = Object.entries(PARTS);
  const unknown = only.filter((name) => !(name in PARTS));
  if (unknown.length > 0) {
    throw new Error(
      `--only=${values.only}: there is no part ${unknown.join(", ")}. The parts are ${Object.keys(PARTS).join(", ")}.`,
    );
  }
  const started = performance.now();
  const engine = await preparePulumi({ byHand: false });
  say(await describeMachine(engine));
  const tables: BenchTable[] = [];
  for (const [name, measure] of parts) {
    if (!only.includes(name)) continue;
    const load = loadavg()[0]?.toFixed(1);
    const begun = performance.now();
    const measured = await measure(engine);
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    say(`\n${name} took ${seconds} s; the load average before it was ${load}`);
    for (const table of measured) say(`\n${forScreen(table)}`);
    tables.push(...measured);
  }
  say(`\nFor docs/performance.md:\n\n${tables.map(forMarkdown).join("\n\n")}`);
  say(`\n${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
}

void main();
