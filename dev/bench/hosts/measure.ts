import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiEnvironment } from "../../toolchain/pulumiEnvironment";
import { BenchProject } from "../BenchProject";
import { InstantDocker } from "../InstantDocker";
import { type PluginMemory, peakPluginMemory } from "./pluginMemory";

/** What the project took for one notary on a number of hosts. */
export interface HostsTimes {
  readonly hosts: number;
  readonly chains: number;
  readonly resources: number;
  /** Seconds of each `up` from nothing. */
  readonly ups: readonly number[];
  /** Seconds of each preview without changes. */
  readonly previews: readonly number[];
  /** Peak memory of the resource plugins during an `up`. */
  readonly plugins: PluginMemory;
}

export interface HostsRun {
  /** The numbers of hosts to measure. */
  readonly hosts: readonly number[];
  /** Number of all chains, which are spread over the hosts evenly. */
  readonly chains: number;
  /** How often each number of hosts is measured, each time from nothing. */
  readonly turns: number;
}

/** Times the project for one notary on different numbers of hosts, in turns. Each host is a stand-in for an engine. */
export async function measureHosts(
  engine: PulumiEnvironment,
  { hosts, chains, turns }: HostsRun,
): Promise<HostsTimes[]> {
  const done: HostsTimes[] = [];
  for (let turn = 0; turn < turns; turn++) {
    for (const count of hosts) done.push(await oneTurn(engine, count, chains));
  }
  return hosts.map((count) => summary(done.filter((times) => times.hosts === count)));
}

async function oneTurn(engine: PulumiEnvironment, hosts: number, chains: number): Promise<HostsTimes> {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-instant-"));
  const dockers: InstantDocker[] = [];
  try {
    for (let index = 0; index < hosts; index++) {
      dockers.push(await InstantDocker.listen(join(folder, `${index + 1}.sock`)));
    }
    const notary = { name: "east", sockets: dockers.map(({ socket }) => socket) };
    const project = await BenchProject.dokomodo(engine, { notaries: [notary], chains });
    try {
      const ups: number[] = [];
      const plugins = await peakPluginMemory(async () => {
        ups.push(await project.up({ checkpoints: true }));
      });
      const previews = [await project.preview()];
      return { hosts, chains, resources: project.resourceCount(), ups, previews, plugins };
    } finally {
      project.remove();
    }
  } finally {
    for (const docker of dockers) await docker.close();
    rmSync(folder, { recursive: true });
  }
}

function summary(turns: readonly HostsTimes[]): HostsTimes {
  const [first] = turns;
  if (first === undefined)
    throw new Error("The part `hosts` of the bench needs at least one turn, but `turns` is 0.");
  return {
    ...first,
    ups: turns.flatMap(({ ups }) => ups),
    previews: turns.flatMap(({ previews }) => previews),
    plugins: {
      processes: Math.max(...turns.map(({ plugins }) => plugins.processes)),
      kibibytes: Math.max(...turns.map(({ plugins }) => plugins.kibibytes)),
    },
  };
}
