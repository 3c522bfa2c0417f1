import { once } from "node:events";
import { type BootClock, kernelClock } from "../bootClock";
import { ApiServer } from "../lease/apiServer";
import { Bell } from "../lease/Bell";
import { instanceId } from "../lease/instance";
import { ALWAYS, LeaseKeeper } from "../lease/keeper";
import { Lease } from "../lease/Lease";
import { LeaseObject } from "../lease/LeaseObject";
import type { Lessor } from "../lease/lessor";
import { RelianceFile } from "../lease/reliance";
import { LEASE_TIMES, type LeaseTimes } from "../lease/rules";
import { WitnessClient } from "../lease/WitnessClient";
import { CoinKeeper } from "./CoinKeeper";
import { IguanaKeeper } from "./IguanaKeeper";
import { IguanaRpc } from "./IguanaRpc";
import { IguanaProcess } from "./iguanaProcess";
import type { AgentPlan, AgentSecrets, LeasePlan } from "./plan";
import type { StatusBoard } from "./StatusBoard";
import { pause } from "./steps";
import { ToldCheck } from "./ToldCheck";
import { toldDigest } from "./told";

const POLL_SECONDS = 3;
/** In the container's own layer, or in a directory of the pod: both outlive the process. */
const RELIANCE_FILE = "/tmp/dokomodo-lease";
/** Iguana away is looked for more often: everything waits for it. */
const IGUANA_AWAY_MILLISECONDS = 1000;

/** What a lease depends on beside the plan. */
export interface LeaseSurroundings {
  readonly clock: BootClock;
  /** See instance.ts. */
  readonly instance: string;
  readonly times: LeaseTimes;
  /** Where it is kept until when Iguana may be up; a file that outlives the process. */
  readonly relianceFile: string;
}

/**
 * Brings a notary up and keeps it up until the signal comes. Each coin goes its own way; they share Iguana and its
 * lease.
 */
export async function bringUp(
  plan: AgentPlan,
  secrets: AgentSecrets,
  board: StatusBoard,
  signal: AbortSignal,
  surroundings: () => LeaseSurroundings = realSurroundings,
): Promise<void> {
  const poll = (plan.pollSeconds ?? POLL_SECONDS) * 1000;
  const bells = { iguana: new Bell(), coins: new Bell() };
  const lease = leaseOf(plan, board, bells.iguana, surroundings);
  const permit = lease ?? ALWAYS;
  const told = new ToldCheck(plan.iguanaRpcPort, toldDigest(plan, secrets), plan.toldFile);
  const refusal = () => told.refusal();
  const rpc = new IguanaRpc(plan.iguanaRpcPort, () => {
    return refusal() ?? (permit.use() ? undefined : "Iguana waits for its lease");
  });
  const keeper = new IguanaKeeper(rpc, plan, secrets, board, bells, permit, refusal);
  const coins = new Map<string, CoinKeeper>();
  for (const coin of plan.coins) {
    const coinSecrets = secrets.coins[coin.symbol];
    if (coinSecrets === undefined) throw new Error(`no credentials for ${coin.symbol}`);
    coins.set(coin.symbol, new CoinKeeper(coin, coinSecrets, plan, board, { rpc, keeper }, bells.coins));
  }

  const keepIguana = repeat(bells.iguana, poll, async () => {
    const answered = await keeper.round();
    return { ok: answered, soon: answered && !keeper.facts.ready };
  });
  const keepCoins = plan.coins.map(({ symbol, dpow }) =>
    repeat(bells.coins, poll, async () => {
      const destination = dpow === undefined ? undefined : coins.get(dpow.dest)?.facts;
      return { ok: (await coins.get(symbol)?.round(destination)) ?? true, soon: false };
    }),
  );
  const keeping = Promise.all([lease?.keep(), keepIguana, ...keepCoins]);
  await Promise.race([keeping, aborted(signal)]);
  if (endsWithIguana(plan)) await lease?.leave();
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

/** The containers of a pod are ended together. Of others the agent's may be replaced alone, and Iguana goes on. */
function endsWithIguana({ lease }: AgentPlan): boolean {
  return lease !== undefined && "object" in lease;
}

function realSurroundings(): LeaseSurroundings {
  const clock = kernelClock();
  return { clock, instance: instanceId(clock), times: LEASE_TIMES, relianceFile: RELIANCE_FILE };
}

function leaseOf(
  { lease: plan, publicKey, iguanaRpcPort }: AgentPlan,
  board: StatusBoard,
  bell: Bell,
  surroundings: () => LeaseSurroundings,
): LeaseKeeper | undefined {
  if (plan === undefined) return undefined;
  const { clock, instance, times, relianceFile } = surroundings();
  const lessors = lessorsOf(plan, publicKey, times, clock);
  const lease = new Lease(lessors, plan.holder, instance, times, clock);
  const iguana = new IguanaProcess(iguanaRpcPort);
  const reliance = new RelianceFile(relianceFile, instance);
  return new LeaseKeeper(lease, plan.holder, iguana, board, bell, times, clock, reliance);
}

function lessorsOf(
  plan: LeasePlan,
  publicKey: string,
  { answerWithin }: LeaseTimes,
  clock: BootClock,
): Lessor[] {
  if ("object" in plan) return [new LeaseObject(plan.object, new ApiServer(), clock, answerWithin)];
  return plan.witnesses.map(({ name, port }) => new WitnessClient(name, port, publicKey, answerWithin));
}

/** Rounds with a pause between them that grows while they fail. */
async function repeat(
  bell: Bell,
  poll: number,
  round: () => Promise<{ ok: boolean; soon: boolean }>,
): Promise<never> {
  let failures = 0;
  for (;;) {
    const { ok, soon } = await round();
    failures = ok ? 0 : failures + 1;
    await bell.wait(pause(soon ? Math.min(poll, IGUANA_AWAY_MILLISECONDS) : poll, failures));
  }
}
