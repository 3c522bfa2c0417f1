import { parseArgs } from "node:util";
import { ConfigurationError } from "../programFile";
import { bringUp } from "./bringUp";
import { ChainRpc } from "./ChainRpc";
import { consolidate, split } from "./coinCommands";
import { connectionFailure } from "./failures";
import type { AgentPlan, KeyedCoin } from "./plan";
import { ReadingsBoard } from "./ReadingsBoard";
import { readPlan, readSecrets } from "./readPlan";
import { redactor } from "./redact";
import { RUN_DIRECTORY } from "./runDirectory";
import { StatusBoard } from "./StatusBoard";
import { ask, serve } from "./server";
import { Wallet } from "./Wallet";
import { RESCANNED } from "./walletLabel";

/**
 * node agent.cjs                    brings the notary up and keeps it up, or keeps a node's key in its wallets, and
 *                                   reads their daemons
 * node agent.cjs healthz            exits with 0 where the running agent has no complaint, else with 1
 * node agent.cjs status             prints the running agent's /status
 * node agent.cjs readings           prints the running agent's /readings: what it knows of the chains and of Iguana
 * node agent.cjs rescanned SYMBOL   notes in the daemon's wallet that the blocks before its key came were rescanned
 * node agent.cjs split SYMBOL [--to COUNT] [--make]
 *                                   prints which coins would be split into notary UTXOs, or splits them
 * node agent.cjs consolidate SYMBOL [--all] [--make]
 *                                   prints which coins would be merged, or merges them
 *
 * Exit codes: 78 for files that are missing or wrong, 64 for an unknown command, 1 for anything else.
 */
const WRONG_CONFIGURATION = 78;
const WRONG_USAGE = 64;

const directory = `${RUN_DIRECTORY}/agent`;

async function run(): Promise<void> {
  const plan = readPlan(directory);
  const secrets = readSecrets(directory, plan);
  const redact = redactor(secrets);
  try {
    const board = new StatusBoard(plan, redact, log);
    const readings = new ReadingsBoard(plan, board);
    const end = new AbortController();
    // A process with id 1 gets no default action for signals.
    for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => end.abort());
    await serve(plan.listenPort, board, readings);
    log(`agent: keeps ${plan.coins.length} coins, serves 127.0.0.1:${plan.listenPort}`);
    for (const warning of board.status().warnings) log(`WARNING: ${warning}`);
    await bringUp({ plan, secrets, board, readings, signal: end.signal });
    process.exit(0);
  } catch (failure) {
    // The stack is not written. It may quote a request in a form in which redaction misses a secret.
    fail(1, redact(failure instanceof Error ? failure.message : String(failure)));
  }
}

async function askRunning(path: string): Promise<void> {
  const { listenPort } = readPlan(directory);
  try {
    const { ok, text } = await ask(listenPort, path);
    process.stdout.write(text);
    process.exitCode = ok ? 0 : 1;
  } catch (failure) {
    const why = failure instanceof Error ? connectionFailure(failure) : String(failure);
    fail(1, `no agent answers on 127.0.0.1:${listenPort} (${why})`);
  }
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

function fail(code: number, message: string): never {
  process.stderr.write(`agent: ${message}\n`);
  process.exit(code);
}

/** A coin whose wallet has the node's key, and its daemon. */
interface KeyedDaemon {
  readonly plan: AgentPlan;
  readonly coin: KeyedCoin;
  readonly publicKey: string;
  readonly wif: string;
  readonly rpc: ChainRpc;
  readonly wallet: Wallet;
}

/** Does something with a coin whose wallet has the key, and ends with what is wrong if it has not. */
async function withKeyedCoin(
  command: string,
  symbol: string | undefined,
  use: (daemon: KeyedDaemon) => Promise<void>,
): Promise<void> {
  const plan = readPlan(directory);
  const secrets = readSecrets(directory, plan);
  const { publicKey } = plan;
  const coin = plan.coins.find((one) => one.symbol === symbol);
  const credentials = secrets.coins[coin?.symbol ?? ""];
  if (publicKey === undefined) fail(1, `this node has no key, so there is nothing to do for ${command}`);
  if (coin?.address === undefined || credentials?.wif === undefined)
    fail(WRONG_USAGE, `${command} takes a coin: ${plan.coins.map((one) => one.symbol).join(", ")}`);
  try {
    const { address } = coin;
    const rpc = new ChainRpc(coin, credentials);
    const wallet = new Wallet(rpc, address, log);
    if (!(await wallet.look()).isOurs) fail(1, `the wallet of ${coin.symbol} does not have the key`);
    await use({ plan, coin: { ...coin, address }, publicKey, wif: credentials.wif, rpc, wallet });
  } catch (failure) {
    fail(1, redactor(secrets)(failure instanceof Error ? failure.message : String(failure)));
  }
}

async function noteRescan(symbol: string | undefined): Promise<void> {
  await withKeyedCoin("rescanned", symbol, async ({ coin, wallet, wif }) => {
    await wallet.label(wif, RESCANNED);
    log(`${coin.symbol}: noted`);
  });
}

async function workOnCoins(
  command: "split" | "consolidate",
  [symbol, ...rest]: readonly string[],
): Promise<void> {
  const options = { to: { type: "string" }, all: { type: "boolean" }, make: { type: "boolean" } } as const;
  const { to, all = false, make = false } = optionsOf(() => parseArgs({ args: [...rest], options }).values);
  const wanted = to === undefined ? undefined : Number(to);
  if (wanted !== undefined && !(Number.isSafeInteger(wanted) && wanted > 0))
    fail(WRONG_USAGE, `--to takes a number of notary UTXOs, such as 50, and not ${to}`);
  await withKeyedCoin(command, symbol, async ({ plan, coin, publicKey, rpc }) => {
    const args = { plan, coin, publicKey, rpc, makes: make };
    const answer = command === "split" ? await split(args, wanted) : await consolidate(args, all);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  });
}

function optionsOf<T>(parse: () => T): T {
  try {
    return parse();
  } catch (failure) {
    return fail(WRONG_USAGE, failure instanceof Error ? failure.message : String(failure));
  }
}

async function main([command, ...rest]: readonly string[]): Promise<void> {
  try {
    if (command === undefined) await run();
    else if (command === "healthz" || command === "status" || command === "readings")
      await askRunning(`/${command}`);
    else if (command === "rescanned") await noteRescan(rest[0]);
    else if (command === "split" || command === "consolidate") await workOnCoins(command, rest);
    else
      fail(
        WRONG_USAGE,
        `unknown command ${command}; the commands are healthz, status, readings, rescanned, split and consolidate`,
      );
  } catch (failure) {
    if (failure instanceof ConfigurationError) fail(WRONG_CONFIGURATION, failure.message);
    throw failure;
  }
}

void main(process.argv.slice(2));
