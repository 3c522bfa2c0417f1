import { networksOf, type Stack } from "../../config/stack";
import { messageOf } from "../../input/messageOf";
import { inLanes } from "../../platforms/inLanes";
import type { Operations } from "../../platforms/operations";
import { daemonsOf } from "../backup/targets";
import { type RunningStack, withRunningStack, withStack } from "../running/open";
import { type Tell, tellProgress, untilInterrupted } from "../terminal";
import { type DrilledDaemon, type DrillOptions, drillDaemon } from "./check";
import { drillConfig, type StatedConfig } from "./config";
import { type DrilledNode, planDrill } from "./plan";
import { refuseOther, removeAll, thenRemoving, withRemains } from "./remains";
import { type DrilledChainReport, type DrillReport, drillText } from "./report";
import { Scratch } from "./Scratch";
import { configOf, type Keys, readKeys, secretsOf } from "./source";

export interface DrillRequest {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly host?: string | undefined;
  readonly withBlocks?: boolean | undefined;
  readonly minutes: number;
  readonly json?: boolean | undefined;
  readonly remove?: boolean | undefined;
}

/** So many daemons get their backups at the same time. */
const AT_ONCE = 4;

/**
 * Restores daemons on a throw-away stack, prints what came of it, and removes the stack.
 * @returns whether every chain came back
 */
export function runDrill(names: readonly string[], request: DrillRequest): Promise<boolean> {
  const limit = AbortSignal.timeout(request.minutes * 60_000);
  const signal = AbortSignal.any([untilInterrupted().signal, limit]);
  const tell: Tell = request.json === true ? () => {} : tellProgress();
  return withRunningStack(request.stack, async (running) => {
    if (request.remove === true) {
      await removeLeft(running, tell);
      return true;
    }
    try {
      const report = await drill(names, running, request, { signal, tell });
      process.stdout.write(
        request.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : `${drillText(report)}\n`,
      );
      return report.ok;
    } catch (error) {
      if (!signal.aborted) throw error;
      const why = limit.aborted ? `given up after ${request.minutes} min (--minutes)` : "interrupted";
      const [, ...left] = messageOf(error).split("\n");
      throw new Error(
        [`the drill was ${why}`, ...(left.length > 0 ? left : ["nothing of it is left"])].join("; "),
      );
    }
  });
}

/** Removes what a drill left that was broken off, on all hosts of the stack. */
async function removeLeft({ name, stack }: RunningStack, tell: Tell): Promise<void> {
  const nodes = planDrill(daemonsOf([], stack, {}), networksOf(stack));
  const hosts = new Set(stack.hosts.map((host) => host.name));
  const own = drillConfig(configOf(name), { of: name, nodes, hosts, keys: {} });
  await withRemains(nameOf(name), own, (remains) => removeAll(remains, tell));
}

/** The name of the throw-away stack of a stack. */
function nameOf(stack: string): string {
  return `${stack}.drill`;
}

async function drill(
  names: readonly string[],
  { name, stack }: RunningStack,
  request: DrillRequest,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: Tell },
): Promise<DrillReport> {
  const begin = Date.now();
  const targets = daemonsOf(names, stack, request);
  requireHost(request.host, stack);
  const nodes = planDrill(targets, networksOf(stack), request.host);
  const keys = await readKeys(name);
  const hosts = new Set(nodes.map(({ host }) => host));
  const config = drillConfig(configOf(name), { of: name, nodes, hosts, keys });
  const secrets = await secretsOf(name, config);
  const chains = await withRemains(nameOf(name), config, async (remains) => {
    await refuseOther(remains, request.minutes, tell);
    return thenRemoving(remains, tell, () =>
      withScratch(nameOf(name), config, async (scratch) => {
        tell(`brings up ${targets.length} daemons beside those of stack ${name}`, false);
        await scratch.init(secrets);
        for (const warning of warningsIn(await scratch.up(signal))) tell(`warning: ${warning}`, true);
        tell(`${targets.length} daemons are up beside those of stack ${name}, and empty`, true);
        const what = request.withBlocks === true ? "all" : "wallet";
        const options = { signal, tell, what, everySeconds: stack.backup?.every ?? 0 } as const;
        return withStack(scratch, ({ stack: own, operations }) =>
          drillAll(daemonsIn(own, nodes, keys), operations, options),
        );
      }),
    );
  });
  const seconds = Math.round((Date.now() - begin) / 1000);
  return { stack: name, ok: chains.every(({ problem }) => problem === undefined), seconds, chains };
}

async function withScratch<T>(
  name: string,
  config: StatedConfig,
  use: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const scratch = Scratch.lay(name, config);
  try {
    return await use(scratch);
  } finally {
    scratch.remove();
  }
}

/** The warnings in what an `up` has said, such as that of too little memory. Pulumi also warns of plugins of one's own. */
function warningsIn(said: string): string[] {
  return [...said.matchAll(/^\s*warning: (?!using pulumi-)(.*)$/gm)].map(([, text = ""]) => text);
}

async function drillAll(
  daemons: readonly DrilledDaemon[],
  operations: Operations,
  options: DrillOptions,
): Promise<DrilledChainReport[]> {
  const reports: DrilledChainReport[] = [];
  await inLanes(AT_ONCE, daemons, async (daemon) => {
    reports.push(await drillDaemon(daemon, operations, options));
  });
  const name = ({ node, symbol }: DrilledChainReport) => `${node}/${symbol}`;
  return reports.sort((one, other) => (name(one) < name(other) ? -1 : 1));
}

function requireHost(host: string | undefined, { hosts }: Stack): void {
  const names = hosts.map(({ name }) => name);
  if (host !== undefined && !names.includes(host))
    throw new Error(`the stack has no host ${host}; it has ${names.join(", ")}`);
}

/** The daemons of the throw-away stack, each with what it stands for. */
function daemonsIn(stack: Stack, nodes: readonly DrilledNode[], keys: Keys): DrilledDaemon[] {
  const targets = daemonsOf([], stack, {});
  return nodes.flatMap(({ node, chains }) =>
    chains.flatMap(({ symbol, title, workload }): DrilledDaemon[] => {
      const target = targets.find(({ part }) => part.workload === workload);
      const address = keys[node]?.addresses[symbol];
      return target === undefined ? [] : [{ target: { ...target, title }, symbol, node, address }];
    }),
  );
}
