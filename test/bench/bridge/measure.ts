import { TestHosts } from "../../testbed/hosts/hosts";
import { DAEMONS, readContainerFile, untilWhole } from "../../testbed/notary";
import { createSpanningStack, engineOf } from "../../testbed/spanning";
import type { TestStack } from "../../testbed/stack";
import { Caller } from "../rpc/caller";
import { type Compared, compareWays, type Ways } from "../rpc/compare";
import { credentialsIn } from "../rpc/credentials";
import { mean } from "../statistics";

const NOTARY = "far";
const POOL = 120;
/** Iguana is on the first host. */
const PLACEMENT = { KMD: "alpha", LTC: "beta" };
/** Milliseconds, as between two countries. */
const DELAY = 30;
const CONNECTS = 50;

/** The calls between two hosts with so much time added to each round trip between them. */
export interface Bridged {
  /** Milliseconds. */
  readonly delay: number;
  /** Milliseconds of a mere TCP connection between the hosts, on average: one round trip. */
  readonly connect: number;
  readonly compared: readonly Compared[];
}

export interface BridgeMeasurement {
  readonly near: Bridged;
  readonly far: Bridged;
}

/** Calls LTC on one host from inside Iguana's network on another: past all proxies, and through the links. */
export async function measureBridge(calls: number): Promise<BridgeMeasurement> {
  const hosts = await TestHosts.start(["alpha", "beta"], { pool: POOL });
  let stack: TestStack | undefined;
  try {
    stack = await createSpanningStack(NOTARY, hosts, PLACEMENT);
    publishRpc(stack);
    await stack.up();
    const at = engineOf(NOTARY, hosts, () => PLACEMENT);
    await untilWhole(NOTARY, 120, Object.keys(PLACEMENT).length, 0, at);
    const { container, conf, port } = DAEMONS.LTC;
    const credentials = credentialsIn(await readContainerFile(`${NOTARY}-${container}`, conf, at));
    const caller = new Caller(`${NOTARY}-iguana-pause`, hosts.host("alpha").socket);
    try {
      const ways: Ways = {
        direct: { caller, target: { host: hosts.host("beta").address, port: PUBLISHED, credentials } },
        bridged: { caller, target: { port, credentials } },
      };
      const near = await compareAt(0, ways, calls);
      await hosts.delay("beta", DELAY);
      return { near, far: await compareAt(DELAY, ways, calls) };
    } finally {
      await caller.end();
    }
  } finally {
    stack?.forget();
    await hosts.stop();
  }
}

/** The chain's p2p port, the one that is published at the host's address. */
const PUBLISHED = 9333;

/** Lets LTC's daemon answer on its published port too, so that the same process is called both ways. */
function publishRpc(stack: TestStack): void {
  const { "dokomodo:daemons": daemons } = stack.config;
  const { litecoind } = Object(daemons);
  const flags = [
    ...["-printtoconsole", "-regtest", "-listen=0", "-fallbackfee=0.0001", `-rpcport=${DAEMONS.LTC.port}`],
    ...[`-rpcbind=127.0.0.1:${DAEMONS.LTC.port}`, `-rpcbind=0.0.0.0:${PUBLISHED}`, "-rpcallowip=0.0.0.0/0"],
  ];
  stack.writeConfig({ "dokomodo:daemons": { ...Object(daemons), litecoind: { ...litecoind, flags } } });
}

async function compareAt(delay: number, ways: Ways, calls: number): Promise<Bridged> {
  const { caller, target } = ways.direct;
  const connects = await caller.run(target, { calls: CONNECTS, concurrency: 1 });
  return { delay, connect: mean(connects), compared: await compareWays(ways, calls) };
}
