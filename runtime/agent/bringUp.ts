import { once } from "node:events";
import { ALWAYS } from "../lease/permit";
import { Bell } from "./Bell";
import { CoinKeeper } from "./CoinKeeper";
import { IguanaKeeper } from "./IguanaKeeper";
import { IguanaRpc } from "./IguanaRpc";
import { type LeaseSurroundings, leaseKeeperOf, realSurroundings } from "./iguanaLease";
import type { AgentPlan, AgentSecrets } from "./plan";
import type { StatusBoard } from "./StatusBoard";
import { pause } from "./steps";
import { ToldCheck } from "./ToldCheck";
import { toldDigest } from "./told";

const POLL_SECONDS = 3;
/** Looks at a coin between two looks at its notary UTXOs, which may take a daemon half a second: 15 seconds. */
const LOOKS_PER_UTXO_LOOK = 5;
/** An Iguana that is away is looked for more often than that, because every coin waits for it. */
const IGUANA_AWAY_MILLISECONDS = 1000;

export interface BringUpArgs {
  readonly plan: AgentPlan;
  readonly secrets: AgentSecrets;
  readonly board: StatusBoard;
  /** Ends the agent. */
  readonly signal: AbortSignal;
  /** Called where the plan has a lease. */
  readonly surroundings?: (() => LeaseSurroundings) | undefined;
}

/**
 * Brings a notary up, and keeps it up until the signal comes. Each coin advances by itself. They share Iguana, and its
 * lease.
 */
export async function bringUp({
  plan,
  secrets,
  board,
  signal,
  surroundings = realSurroundings,
}: BringUpArgs): Promise<void> {
  const poll = (plan.pollSeconds ?? POLL_SECONDS) * 1000;
  const bells = { iguana: new Bell(), coins: new Bell() };
  const lease = leaseKeeperOf({ plan, board, surroundings, onChange: () => bells.iguana.ring() });
  const permit = lease ?? ALWAYS;
  const told = new ToldCheck(plan.iguanaRpcPort, toldDigest(plan, secrets), plan.toldFile);
  const refusal = () => told.refusal();
  const rpc = new IguanaRpc(plan.iguanaRpcPort, () => {
    return refusal() ?? (permit.use() ? undefined : "Iguana waits for its lease");
  });
  const keeper = new IguanaKeeper({ rpc, plan, secrets, board, bells, permit, refusal });
  const coins = new Map<string, CoinKeeper>();
  for (const coin of plan.coins) {
    const coinSecrets = secrets.coins[coin.symbol];
    if (coinSecrets === undefined) throw new Error(`no credentials for ${coin.symbol}`);
    const iguana = { rpc, keeper };
    const utxoMilliseconds = LOOKS_PER_UTXO_LOOK * poll;
    const shared = { plan, board, iguana, coinsBell: bells.coins, utxoMilliseconds };
    coins.set(coin.symbol, new CoinKeeper({ coin, secrets: coinSecrets, ...shared }));
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

/**
 * Whether the agent's end is Iguana's end. The containers of a pod are ended together. On Docker the agent's container
 * may be replaced alone, and Iguana goes on.
 */
function endsWithIguana({ lease }: AgentPlan): boolean {
  return lease !== undefined && "object" in lease;
}

/** Calls `round` again and again. The pause between two rounds grows while they fail. */
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
