import { setTimeout as sleep } from "node:timers/promises";
import { answerText } from "../../runtime/iguanaMessage";
import { type AgentStatus, isWhole, readStatus } from "../status";
import { atEngine, dockerAt, type EngineOf, LOCAL } from "./docker";

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

/**
 * Sends its standard input to a port of loopback and prints the answer. It needs bash, which all these images have. It sends
 * everything at once, because Iguana reads a request only once.
 */
const SEND = 'exec 3<>"/dev/tcp/127.0.0.1/$0" && cat >&3 && cat <&3';

/** The same for a request without its first line. That line and the login of the daemon's conf are sent before it. */
const SEND_WITH_LOGIN = String.raw`
  port=$0 conf=$1
  value() { sed --quiet "s/^$1=//p" "$conf"; }
  login=$(printf %s "$(value rpcuser):$(value rpcpassword)" | base64 --wrap=0)
  exec 3<>"/dev/tcp/127.0.0.1/$port" || exit
  { printf 'POST / HTTP/1.0\r\nAuthorization: Basic %s\r\n' "$login" && cat; } >&3 && cat <&3`;

/**
 * A call that an engine has lost would keep a test waiting until the end of its time, without a word about it. A call is not
 * lost sooner: Iguana answers only after it has called its daemons, and a link holds such a call while a host is cut off.
 */
const CALL_MILLISECONDS = 180_000;

/**
 * Sends JSON from inside a running container and returns the body of the answer. It writes HTTP/1.0 by hand, because Node's
 * own client refuses Iguana's headers (`Content-Length :`). It uses a container that already runs, because a new one for
 * each call would take a second of processor time. It runs one command there, because each takes a twentieth.
 * @param script what bash runs there, and its arguments
 * @param head the lines of the request before its length
 */
async function send(
  container: string,
  script: readonly string[],
  head: readonly string[],
  body: unknown,
  at: EngineOf,
): Promise<string> {
  const content = JSON.stringify(body);
  const { execa } = await import("execa");
  const { stdout } = await execa(
    "docker",
    [...atEngine(at(container)), "exec", "--interactive", container, "bash", "-c", ...script],
    {
      input: [...head, `Content-Length: ${Buffer.byteLength(content)}`, "", content].join("\r\n"),
      timeout: CALL_MILLISECONDS,
    },
  );
  return answerText(stdout) ?? "";
}

/** Calls a daemon's RPC in its own container, without any proxy. */
export async function callDaemon(
  notary: string,
  symbol: Symbol,
  method: string,
  params: readonly unknown[] = [],
  at = LOCAL,
): Promise<unknown> {
  const { container, conf, port } = DAEMONS[symbol];
  const script = [SEND_WITH_LOGIN, String(port), conf];
  const request = { id: "test", method, params };
  const answer = JSON.parse(await send(`${notary}-${container}`, script, [], request, at));
  if (answer.error !== null) throw new Error(`${symbol} ${method}: ${JSON.stringify(answer.error)}`);
  return answer.result;
}

/** Asks Iguana on its own loopback. */
export async function askIguana(
  notary: string,
  request: unknown,
  at = LOCAL,
): Promise<Record<string, unknown>> {
  return JSON.parse(await send(`${notary}-iguana`, [SEND, "7776"], ["POST / HTTP/1.0"], request, at));
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
 * daemons' heights. Returns the seconds that this took. Because of the new block, an old status of the agent does not count.
 */
export async function untilWholeAgain(
  notary: string,
  address: unknown,
  seconds: number,
  { chains = SYMBOLS.length, at = LOCAL }: { chains?: number; at?: EngineOf } = {},
): Promise<number> {
  const started = Date.now();
  const left = () => seconds - (Date.now() - started) / 1000;
  let mined: unknown;
  while (mined === undefined && left() > 0) {
    mined = await callDaemon(notary, "BEER", "generatetoaddress", [1, address], at).catch(() => sleep(500));
  }
  const target = Number(await height(notary, "BEER", at));
  await untilWhole(notary, left(), chains, target, at);
  return (Date.now() - started) / 1000;
}

/** Waits until Iguana sees every chain of the notary at its daemon's height, and BEER at `beerHeight` at least. */
export async function untilWhole(
  notary: string,
  seconds: number,
  chains = SYMBOLS.length,
  beerHeight = 0,
  at = LOCAL,
): Promise<void> {
  const started = Date.now();
  let status: AgentStatus | undefined;
  while (Date.now() - started < seconds * 1000) {
    status = await readStatus(notary, at(`${notary}-iguana-agent`));
    if (
      status !== undefined &&
      isWhole(status) &&
      Object.keys(status.coins).length === chains &&
      (status.coins["BEER"]?.chainHeight ?? 0) >= beerHeight
    ) {
      return;
    }
    await sleep(1000);
  }
  throw new Error(
    `Iguana does not see all chains at their daemons' heights after ${seconds} s. The agent's status is ${JSON.stringify(status)}`,
  );
}
