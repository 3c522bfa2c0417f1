import { ALWAYS } from "../lease/permit";
import { Bell } from "./Bell";
import { CoinKeeper } from "./CoinKeeper";
import { DpowKeeper } from "./DpowKeeper";
import { IguanaKeeper } from "./IguanaKeeper";
import { IguanaRpc } from "./IguanaRpc";
import { type LeaseSurroundings, leaseKeeperOf } from "./iguanaLease";
import { type Keeping, type KeepingArgs, keyKeeperOf } from "./keepNode";
import type { NotaryPlan } from "./plan";
import { repeat } from "./rounds";
import { ToldCheck } from "./ToldCheck";
import { toldDigest } from "./told";

/** Looks at a coin between two looks at its notary UTXOs, which may take a daemon half a second: 15 seconds. */
const LOOKS_PER_UTXO_LOOK = 5;

export interface KeepNotaryArgs extends KeepingArgs<NotaryPlan> {
  /** Called where the plan has a lease. */
  readonly surroundings: () => LeaseSurroundings;
}

/** Brings a notary up, and keeps it up. Each coin advances by itself. They share Iguana, and its lease. */
export function keepNotary({ plan, secrets, board, readings, poll, surroundings }: KeepNotaryArgs): Keeping {
  const { passphrase } = secrets;
  if (passphrase === undefined) throw new Error("no passphrase for Iguana's wallet");
  const { rpcPort, toldFile } = plan.iguana;
  const bells = { iguana: new Bell(), coins: new Bell() };
  const lease = leaseKeeperOf({ plan, board, surroundings, onChange: () => bells.iguana.ring() });
  const permit = lease ?? ALWAYS;
  const told = new ToldCheck(rpcPort, toldDigest(plan, secrets), toldFile);
  const refusal = () => told.refusal();
  const rpc = new IguanaRpc(rpcPort, () => {
    return refusal() ?? (permit.use() ? undefined : "Iguana waits for its lease");
  });
  const keeper = new IguanaKeeper({ rpc, plan, passphrase, board, bells, permit, refusal });
  const dpows = new Map<string, DpowKeeper>();
  const keepIguana = repeat(bells.iguana, poll, async () => {
    const ok = await keeper.round();
    return { ok, soon: ok && !keeper.facts.ready };
  });
  const coins = plan.coins.map((coin) => {
    const { symbol } = coin;
    const { key, own } = keyKeeperOf(coin, secrets, board);
    const dpow = new DpowKeeper({
      coin,
      secrets: own,
      plan,
      board,
      key,
      iguana: { rpc, keeper },
      destination: () => (coin.dpow === undefined ? undefined : dpows.get(coin.dpow.dest)?.facts),
      coinsBell: bells.coins,
      utxoMilliseconds: LOOKS_PER_UTXO_LOOK * poll,
    });
    dpows.set(symbol, dpow);
    readings.followKey(symbol, () => key.hasKey);
    return new CoinKeeper({ symbol, board, keeper: key, dpow });
  });
  readings.followIguana(() => {
    const { ready, life } = keeper.facts;
    const told = ready ? [...dpows.values()].map(({ facts }) => facts) : [];
    return {
      chains: told.filter(({ addedIn }) => addedIn === life).length,
      notarised: told.filter(({ dpowIn }) => dpowIn === life).length,
      remainingSeconds: lease?.remainingSeconds,
    };
  });
  const keepCoins = coins.map((coin) => repeat(bells.coins, poll, async () => ({ ok: await coin.round() })));
  return {
    kept: Promise.all([lease?.keep(), keepIguana, ...keepCoins]),
    leave: async () => {
      if (endsWithIguana(plan)) await lease?.leave();
    },
  };
}

/**
 * Whether the agent's end is Iguana's end. The containers of a pod are ended together. On Docker the agent's container
 * may be replaced alone, and Iguana goes on.
 */
function endsWithIguana({ iguana: { lease } }: NotaryPlan): boolean {
  return lease !== undefined && "object" in lease;
}
