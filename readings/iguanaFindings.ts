import type { IguanaReading } from "./agent";
import type { ChainReading } from "./chain";
import { type Finding, judged } from "./finding";
import { THRESHOLDS, type Thresholds } from "./thresholds";
import { counted, durationText } from "./wording";

/** States of Iguana that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set(["waiting-for-rpc", "registering", "leaving"]);

/**
 * What is not as it should be with Iguana and its lease.
 * @param chains the readings of the node's chains, keyed by symbol; heights are not compared where they are absent
 */
export function iguanaFindings(
  reading: IguanaReading,
  chains: Readonly<Record<string, ChainReading>> = {},
  thresholds: Thresholds = THRESHOLDS,
): Finding[] {
  const lease = leaseFindings(reading.lease, thresholds);
  // An Iguana without its lease is kept idle, so that is the one thing to say.
  if (lease.some(({ of }) => of === "leaseState")) return lease;
  return [...lease, ...stateFindings(reading), ...heightFindings(reading, chains, thresholds)];
}

function leaseFindings(
  { state, detail, remainingSeconds }: IguanaReading["lease"],
  thresholds: Thresholds,
): Finding[] {
  const why = detail === undefined ? "" : `: ${detail}`;
  switch (state) {
    case "none-asked":
      return [];
    case "held":
      return judged("lease", remainingSeconds, thresholds.lease, (seconds) => {
        return `its lease is good for ${durationText(seconds)} more${why}; it should be ${thresholds.lease.doubtful} s or more, and Iguana is ended at 0`;
      });
    case "lost":
      return [{ of: "leaseState", level: "bad", text: `lost its lease, so Iguana is stopped${why}` }];
    case "leaving":
      return [{ of: "leaseState", level: "doubtful", text: "gives its lease back, and ends" }];
    default:
      return [
        { of: "leaseState", level: "doubtful", text: `waits for its lease, and Iguana does nothing${why}` },
      ];
  }
}

function stateFindings({ state, detail, since }: IguanaReading): Finding[] {
  if (state === "ready") return [];
  const why = detail === undefined ? "" : `: ${detail}`;
  return [
    {
      of: "iguanaState",
      level: PASSING.has(state) ? "doubtful" : "bad",
      text: `is ${state} since ${since}${why}; it should be ready`,
    },
  ];
}

function heightFindings(
  { state, heights }: IguanaReading,
  chains: Readonly<Record<string, ChainReading>>,
  thresholds: Thresholds,
): Finding[] {
  if (state !== "ready") return [];
  return Object.entries(heights).flatMap(([symbol, height]) => {
    const chain = chains[symbol];
    if (chain?.height === undefined || chain.silence !== undefined) return [];
    return judged("iguanaLag", chain.height - height, thresholds.iguanaLag, (lag) => {
      return `sees ${symbol} at height ${height}, ${counted(lag, "block")} behind its daemon; it should be less than ${thresholds.iguanaLag.doubtful}`;
    });
  });
}
