import type { Caller, Round, Target } from "./Caller";

/** The first two cost the daemon almost no time. `help` costs some milliseconds. */
const METHODS = ["getblockcount", "getblockchaininfo", "help"];
const CONCURRENCIES = [1, 8];
const ROUNDS = 10;

/** One kind of call, without the proxies and through them. */
export interface Compared {
  readonly method: string;
  readonly concurrency: number;
  /** Milliseconds of each call. */
  readonly direct: readonly number[];
  readonly bridged: readonly number[];
}

/** Who calls what. */
export interface Way {
  readonly caller: Caller;
  readonly target: Target;
}

export interface Ways {
  readonly direct: Way;
  readonly bridged: Way;
}

/** Makes `calls` calls of each kind in both ways. */
export async function compareWays(ways: Ways, calls: number): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const method of METHODS) {
    for (const concurrency of CONCURRENCIES) {
      const round = { method, concurrency, calls: calls / ROUNDS };
      compared.push({ method, concurrency, ...(await alternate(ways, round)) });
    }
  }
  return compared;
}

/** Takes both ways in turns, so that other load on the machine affects both. The first turn is not counted. */
async function alternate(ways: Ways, round: Round): Promise<{ direct: number[]; bridged: number[] }> {
  const run = ({ caller, target }: Way) => caller.run(target, round);
  await run(ways.direct);
  await run(ways.bridged);
  const direct: number[] = [];
  const bridged: number[] = [];
  for (let index = 0; index < ROUNDS; index++) {
    direct.push(...(await run(ways.direct)));
    bridged.push(...(await run(ways.bridged)));
  }
  return { direct, bridged };
}
