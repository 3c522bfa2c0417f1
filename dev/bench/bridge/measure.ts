import { DAEMONS, readContainerFile, untilWhole } from "../../scenes/notary";
import { createSpanningStack, engineOf } from "../../scenes/spanning";
import type { TestStack } from "../../scenes/TestStack";
import { TestHosts } from "../../standIns/hosts/TestHosts";
import { Caller, type Target } from "../rpc/Caller";
import { type Compared, compareWays, type Ways } from "../rpc/compare";
import { credentialsIn } from "../rpc/credentials";
import { mean } from "../statistics";

const NOTARY = "far";
const POOL = 120;
/** Iguana runs on the first host, alpha. */
const PLACEMENT = { KMD: "alpha", LTC: "beta" };
/** Milliseconds that are added to a round trip, as between two countries. */
const DELAY = 30;
const CONNECTS = 50;
const LITECOIND = "dokomodo-testbed/litecoind-regtest:dev";

/** Calls between two hosts, measured with a delay on the link between them. */
export interface Bridged {
  /** Milliseconds that were added to each round trip. */
  readonly delay: number;
  /** Mean milliseconds to open a TCP connection between the hosts, which takes one round trip. */
  readonly connect: number;
  readonly compared: readonly Compared[];
}

export interface BridgeMeasurement {
  readonly near: Bridged;
  readonly far: Bridged;
}

/** Calls litecoind on one host from Iguana's network on another: without any proxy, and through the links. */
export async function measureBridge(calls: number): Promise<BridgeMeasurement> {
  const hosts = await TestHosts.start(["alpha", "beta"], { pool: POOL });
  let stack: TestStack | undefined;
  try {
    stack = await createSpanningStack(NOTARY, hosts, PLACEMENT);
    await stack.up();
    const at = engineOf(NOTARY, hosts, () => PLACEMENT);
    await untilWhole(NOTARY, 120, Object.keys(PLACEMENT).length, 0, at);
    const { container, conf, port } = DAEMONS.LTC;
    const credentials = credentialsIn(await readContainerFile(`${NOTARY}-${container}`, conf, at));
    const direct = await startDirect(hosts);
    const caller = new Caller(`${NOTARY}-iguana-pause`, hosts.host("alpha").socket);
    try {
      const ways: Ways = {
        direct: { caller, target: direct },
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

/** A port of the host that no chain uses. */
const PUBLISHED = 19332;

/**
 * Starts a litecoind that answers at the host's address. A daemon of a stack never does that, so this one is separate. Its
 * password opens nothing else.
 */
async function startDirect(hosts: TestHosts): Promise<Target> {
  const host = hosts.host("beta").address;
  const [user, password] = ["bench", "bench"];
  const container = ["run", "--detach", "--publish", `${host}:${PUBLISHED}:${PUBLISHED}`, LITECOIND];
  const login = [`-rpcuser=${user}`, `-rpcpassword=${password}`];
  const flags = [
    "-regtest",
    "-listen=0",
    `-rpcport=${PUBLISHED}`,
    "-rpcbind=0.0.0.0",
    "-rpcallowip=0.0.0.0/0",
  ];
  const id = await hosts.docker("beta", ...container, "litecoind", ...flags, ...login);
  const listens = `until true < /dev/tcp/127.0.0.1/${PUBLISHED}; do sleep 0.2; done`;
  await hosts.docker("beta", "exec", id, "timeout", "30", "bash", "-c", listens);
  return { host, port: PUBLISHED, credentials: `${user}:${password}` };
}

async function compareAt(delay: number, ways: Ways, calls: number): Promise<Bridged> {
  const { caller, target } = ways.direct;
  const connects = await caller.run(target, { calls: CONNECTS, concurrency: 1 });
  return { delay, connect: mean(connects), compared: await compareWays(ways, calls) };
}
