import { setTimeout as sleep } from "node:timers/promises";
import { ConfigurationError } from "../programFile";
import { realClock } from "../provision/clock";
import { reasonOf } from "../provision/failures";
import { Reporter } from "../provision/Reporter";
import { runReporting, write } from "../provision/runReporting";
import { connect } from "./connect";
import { ConnectionLost, failureAt, TransferFailure } from "./failures";
import { listen } from "./listen";
import { claim, requireWhole } from "./marks";
import type { ReceivePlan, SendPlan } from "./plan";
import { readPlan } from "./readPlan";
import { Receiving } from "./receive";
import { type Sent, send } from "./send";
import { Wire } from "./Wire";

/**
 * node transfer.cjs PLAN   copies a volume to another host: the sender's or the receiver's side (plan.ts). It reports to
 *                          its standard output (../provision/report.ts)
 *
 * Exit codes: 0 this pass is finished, 1 something failed, 64 the plan is wrong, 143 it was ended by a signal.
 */
const USAGE = "usage: node transfer.cjs PLAN, with the path of a JSON file";
const ENDED = 143;
/** Silence after which the other side of a connection counts as gone. */
const SILENCE = 15_000;
/** Without a connection for so long, each side gives up. */
const SENDER_PATIENCE = 60_000;
const RECEIVER_PATIENCE = 90_000;
const PAUSE = 500;

async function main([path, ...rest]: readonly string[]): Promise<number> {
  if (path === undefined || rest.length > 0) throw new ConfigurationError(USAGE);
  const plan = readPlan(path);
  const life = new AbortController();
  // A process with id 1 gets no default action for signals.
  for (const signal of ["SIGTERM", "SIGINT"])
    process.on(signal, () => {
      life.abort(new Error("ended by a signal"));
      setTimeout(() => process.exit(ENDED), 1000).unref();
    });
  const reporter = new Reporter(realClock, write);
  try {
    if (plan.role === "send") reporter.say(sentText(await sendAll(plan, reporter, life.signal)));
    else await receiveAll(plan, reporter, life.signal);
    reporter.end([]);
    return 0;
  } catch (error) {
    if (life.signal.aborted) return ENDED;
    throw error;
  }
}

function sentText({ files, bytes, allFiles, allBytes }: Sent): string {
  return `Sent ${files} of ${allFiles} files, ${bytes} of ${allBytes} bytes.`;
}

/** Connects until a session is finished. Gives up if there is no connection for a while. */
async function sendAll(plan: SendPlan, reporter: Reporter, signal: AbortSignal): Promise<Sent> {
  const { host, port, secret, directory, called } = plan;
  await requireWhole(directory, called);
  let last = Date.now();
  for (;;) {
    try {
      const wire = new Wire(await connect(host, port, secret), SILENCE);
      last = Date.now();
      return await inSession(wire, signal, () => send(wire, plan, reporter)).finally(() => {
        last = Date.now();
      });
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      if (Date.now() - last > SENDER_PATIENCE)
        throw new TransferFailure(
          `There is no connection from the old host to ${host}:${port} (${error.message}). Is this port open in the firewall, and the address right?`,
        );
      await sleep(PAUSE, undefined, { signal });
    }
  }
}

async function receiveAll(plan: ReceivePlan, reporter: Reporter, signal: AbortSignal): Promise<void> {
  const { directory, called, port, secret } = plan;
  await claim(directory, called).catch((error: unknown) => {
    throw failureAt(error, "", called);
  });
  await listen({
    port,
    secret,
    patience: RECEIVER_PATIENCE,
    signal,
    onListening: () => reporter.say(LISTENING),
    session: (socket) => {
      const wire = new Wire(socket, SILENCE);
      return inSession(wire, signal, () => new Receiving(wire, plan).run());
    },
  });
}

/** What the receiver says when the sender can connect. */
const LISTENING = "Listening.";

/** Runs a session, and tells the other side if it fails here. */
async function inSession<T>(wire: Wire, signal: AbortSignal, session: () => Promise<T>): Promise<T> {
  const abort = () => wire.destroy();
  signal.addEventListener("abort", abort);
  try {
    const result = await session();
    await wire.end();
    return result;
  } catch (error) {
    if (error instanceof ConnectionLost) wire.destroy();
    else await wire.end(error instanceof TransferFailure ? error.message : `it failed: ${reasonOf(error)}`);
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

runReporting(main);
