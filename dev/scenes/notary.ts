import type { AgentStatus } from "../status";
import { atEngine, dockerAt, type EngineOf, LOCAL } from "./docker";
import { Loopback } from "./Loopback";
import {
  daemonRequest,
  iguanaAnswer,
  iguanaRequest,
  resultOf,
  STATUS_REQUEST,
  statusAnswer,
} from "./loopbackRequests";
import { untilSeen, untilSeenAgain } from "./wholeness";

/** For each chain of the development stack: the end of its container's name, the path of its conf, and its RPC port. */
export const DAEMONS = {
  KMD: { container: "kmd", conf: "/home/komodo/.komodo/komodo.conf", port: 7771 },
  LTC: { container: "ltc", conf: "/home/litecoin/.litecoin/litecoin.conf", port: 9332 },
  BEER: { container: "beer", conf: "/home/komodo/.komodo/BEER/BEER.conf", port: 8923 },
  PIZZA: { container: "pizza", conf: "/home/komodo/.komodo/PIZZA/PIZZA.conf", port: 11608 },
} as const;
export type Symbol = keyof typeof DAEMONS;
export const SYMBOLS: readonly Symbol[] = ["KMD", "LTC", "BEER", "PIZZA"];

/** Reads a file in a running container. */
export function readContainerFile(container: string, path: string, at = LOCAL): Promise<string> {
  return dockerAt(at(container), "exec", container, "cat", path);
}

const loopbacks = new Map<string, Loopback>();

/** The loopback of a container, also while that does not run. */
function loopbackOf(container: string, at: EngineOf): Loopback {
  const engine = at(container);
  const key = [...atEngine(engine), container].join(" ");
  const find = () => dockerAt(engine, "inspect", "--format", "{{.State.Pid}}", container).then(Number);
  const loopback = loopbacks.get(key) ?? new Loopback(find);
  loopbacks.set(key, loopback);
  return loopback;
}

/** Calls a daemon's RPC in its own container, without any proxy. */
export async function callDaemon(
  notary: string,
  symbol: Symbol,
  method: string,
  params: readonly unknown[] = [],
  at = LOCAL,
): Promise<unknown> {
  const daemon = DAEMONS[symbol];
  const request = daemonRequest(daemon, method, params);
  const loopback = loopbackOf(`${notary}-${daemon.container}`, at);
  return resultOf(`${symbol} ${method}`, () => loopback.call(request));
}

/** Asks Iguana on its own loopback. */
export async function askIguana(
  notary: string,
  request: object,
  at = LOCAL,
): Promise<Record<string, unknown>> {
  return iguanaAnswer(await loopbackOf(`${notary}-iguana`, at).call(iguanaRequest(request)));
}

/** The status of a notary's agent; undefined while the agent does not answer. */
export async function statusOf(notary: string, at = LOCAL): Promise<AgentStatus | undefined> {
  const agent = loopbackOf(`${notary}-iguana-agent`, at);
  return statusAnswer(await agent.call(STATUS_REQUEST).catch(() => ""));
}

export function height(notary: string, symbol: Symbol, at = LOCAL): Promise<unknown> {
  return callDaemon(notary, symbol, "getblockcount", [], at);
}

/** Height of a chain as Iguana sees it. */
export async function iguanaHeight(notary: string, symbol: string, at = LOCAL): Promise<unknown> {
  return (await askIguana(notary, { agent: "dpow", method: "notarizations", symbol }, at))["maxheight"];
}

/**
 * Mines a block on BEER as soon as its daemon answers. Waits until Iguana sees this block, and all other chains at their
 * daemons' heights. Returns the seconds that this took.
 */
export async function untilWholeAgain(
  notary: string,
  address: unknown,
  seconds: number,
  { chains = SYMBOLS.length, at = LOCAL }: { chains?: number; at?: EngineOf } = {},
): Promise<number> {
  const mine = async () => {
    await callDaemon(notary, "BEER", "generatetoaddress", [1, address], at);
    return Number(await height(notary, "BEER", at));
  };
  return untilSeenAgain(mine, (left, target) => untilWhole(notary, left, chains, target, at), seconds);
}

/** Waits until Iguana sees every chain of the notary at its daemon's height, and BEER at `beerHeight` at least. */
export async function untilWhole(
  notary: string,
  seconds: number,
  chains = SYMBOLS.length,
  beerHeight = 0,
  at = LOCAL,
): Promise<void> {
  await untilSeen(() => statusOf(notary, at), seconds, { chains, symbol: "BEER", height: beerHeight });
}
