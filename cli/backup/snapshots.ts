import { z } from "zod";

const shape = z.array(
  z.object({
    id: z.string(),
    short_id: z.string(),
    time: z.string(),
    tags: z.array(z.string()).default([]),
  }),
);

/** A backup of one daemon. */
export interface Snapshot {
  /** Eight hex digits, by which people name it. */
  readonly id: string;
  readonly at: Date;
  /** `wallet`: the wallet alone. `all`: the chain's data as well. */
  readonly kind: "wallet" | "all";
  /** The chain's height and the wallet's balance at that time, as the daemon said them; absent if it said nothing. */
  readonly height?: number | undefined;
  readonly balance?: number | undefined;
}

/** Reads what `backup.sh list` prints. The newest comes first. */
export function parseSnapshots(text: string): Snapshot[] {
  return shape
    .parse(JSON.parse(text))
    .map(
      ({ short_id, time, tags }): Snapshot => ({
        id: short_id,
        at: new Date(time),
        kind: tags.includes("kind=all") ? "all" : "wallet",
        height: numberOf(tags, "height"),
        balance: numberOf(tags, "balance"),
      }),
    )
    .sort((one, other) => other.at.getTime() - one.at.getTime());
}

function numberOf(tags: readonly string[], name: string): number | undefined {
  const text = tags.find((tag) => tag.startsWith(`${name}=`))?.slice(name.length + 1);
  return text === undefined ? undefined : numberIn(text);
}

/** A height or a balance; undefined for `unknown`, which the script says if the daemon said nothing. */
export function numberIn(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/**
 * The backup that a person means.
 * @param wanted the beginning of an id; the newest if absent
 * @param kind of which kind it has to be
 */
export function chooseSnapshot(
  snapshots: readonly Snapshot[],
  wanted: string | undefined,
  kind: Snapshot["kind"],
): Snapshot {
  const choice = snapshots.filter((each) => each.kind === kind || kind === "wallet");
  const found =
    wanted === undefined
      ? choice[0]
      : choice.find(({ id }) => id.startsWith(wanted) || wanted.startsWith(id));
  if (found !== undefined) return found;
  const there = choice.slice(0, 5).map(({ id, at }) => `${id} of ${at.toISOString().slice(0, 16)}Z`);
  const which = wanted === undefined ? "no backup" : `no backup ${wanted}`;
  const what = kind === "all" ? " with the chain's data" : "";
  throw new Error(
    `there is ${which}${what}; ${there.length === 0 ? "there is none at all" : `there are ${there.join(", ")}`}`,
  );
}
