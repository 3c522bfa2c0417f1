import { stringify } from "yaml";
import { loadStackFile } from "../../config/loadFile";
import { networksOf, type Stack } from "../../config/stack";
import { messageOf } from "../../input/messageOf";
import { ProblemsError } from "../../input/problem";
import { inLanes } from "../../platforms/inLanes";
import type { Operations } from "../../platforms/operations";
import type { Remains } from "../../platforms/remains";
import { daemonsOf } from "../backup/targets";
import { type RunningStack, withRunningStack, withStack } from "../running/open";
import { tellProgress, untilInterrupted } from "../terminal";
import { type DrilledDaemon, type DrillOptions, drillDaemon } from "./check";
import { drillConfig, type StatedConfig } from "./config";
import { type DrilledNode, planDrill } from "./plan";
import { type DrilledChainReport, type DrillReport, drillText, minutes } from "./report";
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

type Tell = (text: string, isDone: boolean) => void;

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
      if (!limit.aborted) throw error;
      throw new Error(`the drill was given up after ${request.minutes} min (--minutes). ${messageOf(error)}`);
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
    await removeAll(remains);
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

/** Does some work, and then removes the throw-away stack, whatever came of the work. */
async function thenRemoving<T>(remains: readonly Remains[], tell: Tell, work: () => Promise<T>): Promise<T> {
  let done: T;
  try {
    done = await work();
  } catch (error) {
    const left = await removeAll(remains, tell).then(
      () => "",
      (problem: unknown) => `\n${messageOf(problem)}`,
    );
    throw new Error(`${messageOf(error)}${left}`);
  }
  await removeAll(remains, tell);
  return done;
}

function requireHost(host: string | undefined, { hosts }: Stack): void {
  const names = hosts.map(({ name }) => name);
  if (host !== undefined && !names.includes(host))
    throw new Error(`the stack has no host ${host}; it has ${names.join(", ")}`);
}

/** Looks for what drills have left on the hosts that a config has. */
async function withRemains<T>(
  stackName: string,
  config: StatedConfig,
  use: (remains: readonly Remains[]) => Promise<T>,
): Promise<T> {
  const texts = { [`Pulumi.${stackName}.yaml`]: stringify({ config }) };
  const loaded = loadStackFile({ directory: ".", stackName, texts });
  if (!loaded.ok) throw new ProblemsError(loaded.problems, "so there can be no drill; nothing was changed");
  const remains = await Promise.all(loaded.value.shares.all.map((share) => share.remains(stackName)));
  try {
    return await use(remains);
  } finally {
    for (const each of remains) each.close();
  }
}

/** Refuses to begin while another drill of the stack may go on. What an older one left is removed. */
async function refuseOther(remains: readonly Remains[], limit: number, tell: Tell): Promise<void> {
  const times = (await Promise.all(remains.map((each) => each.since()))).flatMap((time) => time ?? []);
  const youngest = Math.min(...times.map((time) => (Date.now() - time.getTime()) / 1000));
  if (youngest === Number.POSITIVE_INFINITY) return;
  const age = minutes(youngest);
  if (youngest < limit * 60)
    throw new Error(
      `another drill of this stack began ${age} ago, and may go on. If it was broken off, remove what it left with \`dokomodo drill --remove\``,
    );
  tell(`removes what a drill left that began ${age} ago`, true);
}

async function removeAll(remains: readonly Remains[], tell: Tell = () => {}): Promise<void> {
  tell("removes the drill's daemons and their data", false);
  const problems: string[] = [];
  for (const each of remains) await each.remove().catch((error) => problems.push(messageOf(error)));
  if (problems.length > 0)
    throw new Error(`${problems.join("\n")}\nRemove what is left with \`dokomodo drill --remove\`.`);
  tell("the drill's daemons and their data are removed", true);
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
