import { setTimeout as sleep } from "node:timers/promises";
import type { Chain } from "../../../chains/chain";
import { loadChainList } from "../../../chains/list/chainList";
import { readContainerFile, untilWhole } from "../../scenes/notary";
import { createSpanningStack } from "../../scenes/spanning";
import type { TestStack } from "../../scenes/TestStack";
import { TestHosts } from "../../standIns/hosts/TestHosts";
import { chainList } from "../chainList";
import { Caller } from "../rpc/Caller";
import { credentialsIn } from "../rpc/credentials";
import { type ContainerMemory, memoryOfContainers } from "./containers";

const NOTARY = "memory";
const HOST = "alpha";
const POOL = 121;
const LIST = "assetchains.yaml";
const PATIENCE_SECONDS = 600;
/** After this time the proxies have closed the connections that only these calls needed. */
const QUIET_MILLISECONDS = 10_000;

export interface MemoryMeasurement {
  readonly chains: number;
  /** Calls that each chain's proxy had passed on before the measurement, in addition to Iguana's own. */
  readonly calls: number;
  readonly containers: readonly ContainerMemory[];
}

/** Brings up a notary of `count` chains on one host, calls each chain, and measures the memory of all containers. */
export async function measureMemory(count: number, calls: number): Promise<MemoryMeasurement> {
  const list = chainList(count);
  const chains = [...(loadChainList(LIST, list).chainList?.chains.values() ?? [])];
  const hosts = await TestHosts.start([HOST], { pool: POOL });
  let stack: TestStack | undefined;
  try {
    const { socket } = hosts.host(HOST);
    const placement = Object.fromEntries(chains.map(({ symbol }) => [symbol, HOST]));
    stack = await createSpanningStack(NOTARY, hosts, placement);
    stack.writeFile(LIST, list);
    await stack.up();
    await untilWhole(NOTARY, PATIENCE_SECONDS, count, 0, () => socket);
    await callEach(socket, chains, calls);
    await sleep(QUIET_MILLISECONDS);
    return { chains: count, calls, containers: await memoryOfContainers(socket, `${NOTARY}-`) };
  } finally {
    stack?.forget();
    await hosts.stop();
  }
}

/** Calls each chain from Iguana's network: half of the calls one at a time, and half of them eight at a time. */
async function callEach(socket: string, chains: readonly Chain[], calls: number): Promise<void> {
  const caller = new Caller(`${NOTARY}-iguana-pause`, socket);
  try {
    for (const { confPath, rpcPort: port } of chains) {
      const conf = await readContainerFile(`${NOTARY}-iguana`, `/home/iguana/${confPath}`, () => socket);
      const target = { port, credentials: credentialsIn(conf) };
      for (const concurrency of [1, 8])
        await caller.run(target, { method: "getblockchaininfo", calls: calls / 2, concurrency });
    }
  } finally {
    await caller.end();
  }
}
