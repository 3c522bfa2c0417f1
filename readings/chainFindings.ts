import type { ChainReading, SilenceKind } from "./chain";
import { type Finding, judged, levelOf } from "./finding";
import { STALE_SECONDS, THRESHOLDS, type Thresholds } from "./thresholds";
import { counted, durationText, secondsBetween, shareText } from "./wording";

export interface ChainJudging {
  /** When the agent answered, by the same clock as the reading's times, RFC 3339. */
  readonly at: string;
  readonly thresholds?: Thresholds | undefined;
}

/** What is not as it should be with a chain. The cause comes first, and nothing is said that follows from it. */
export function chainFindings(
  reading: ChainReading,
  { at, thresholds = THRESHOLDS }: ChainJudging,
): Finding[] {
  if (reading.silence !== undefined) return [silenceFinding(reading.silence, at)];
  if (reading.at === undefined)
    return [{ of: "unread", level: "doubtful", text: "has not been read yet; the agent has just started" }];
  const stale = secondsBetween(reading.at, at);
  if (stale > STALE_SECONDS)
    return [
      { of: "unread", level: "doubtful", text: `was read ${durationText(stale)} ago; it should be 10 s` },
    ];
  return [
    ...syncFindings(reading, at, thresholds),
    ...forkFindings(reading, thresholds),
    ...judged("latency", reading.latencyMilliseconds, thresholds.latency, (ms) => {
      return `answers after ${durationText(ms / 1000)}; it should be less than ${thresholds.latency.doubtful / 1000} s`;
    }),
    ...walletFindings(reading, thresholds),
    ...notarisationFindings(reading, thresholds),
    ...warningFindings(reading),
  ];
}

const SILENCES: Readonly<Record<SilenceKind, string>> = {
  link: "the agent has had no proxy",
  down: "its daemon has been down, or its host out of reach,",
  silent: "its daemon has not answered",
  loading: "its daemon has been loading",
  password: "its daemon has refused the password",
  error: "its daemon has answered with errors",
};

function silenceFinding({ kind, detail, since }: NonNullable<ChainReading["silence"]>, at: string): Finding {
  const lasts = Math.max(0, secondsBetween(since, at));
  return {
    of: kind,
    // It comes up by itself. Nobody knows for how long it may load: a chain that is years old takes many minutes.
    level: kind === "loading" ? "doubtful" : "bad",
    text: `${SILENCES[kind]} for ${durationText(lasts)}: ${detail}`,
  };
}

/**
 * A chain on which nobody makes blocks has an old tip, and its daemon is well. What counts is whether the daemon lags
 * behind what it has heard of. On a network of tests (`regtest`), blocks come when somebody wants them, and there need
 * be no peers.
 */
function syncFindings(reading: ChainReading, at: string, thresholds: Thresholds): Finding[] {
  const { height, bestKnown = height, peers, tipTime, network } = reading;
  const isRegtest = network === "regtest";
  const found: Finding[] = [];
  const lag = height === undefined || bestKnown === undefined ? 0 : bestKnown - height;
  if (levelOf(lag, thresholds.lag) !== "good") found.push(lagFinding(reading, lag, at, thresholds));
  else if (tipTime !== undefined && !isRegtest)
    found.push(
      ...judged("tipAge", secondsBetween(tipTime, at), thresholds.tipAge, (age) => {
        return (
          `its last block is ${durationText(age)} old, and no peer has a newer one; ` +
          `expected are less than ${durationText(thresholds.tipAge.doubtful)}`
        );
      }),
    );
  if (!isRegtest)
    found.push(
      ...judged("peers", peers, thresholds.peers, (count) => {
        return `has ${counted(count, "peer")}; it should be ${thresholds.peers.doubtful + 1} or more`;
      }),
    );
  return found;
}

function lagFinding(reading: ChainReading, lag: number, at: string, thresholds: Thresholds): Finding {
  const { height, bestKnown, heightSince, verificationProgress } = reading;
  const behind = `${counted(lag, "block")} behind the best known height ${bestKnown}`;
  const stood = heightSince === undefined ? 0 : secondsBetween(heightSince, at);
  if (levelOf(stood, thresholds.standstill) === "bad")
    return {
      of: "standstill",
      level: "bad",
      text: `stands at height ${height} for ${durationText(stood)}, ${behind}; it should get a block every few seconds until it has caught up`,
    };
  const isOn = levelOf(stood, thresholds.standstill) === "good";
  const progress = verificationProgress === undefined ? "" : ` (${shareText(verificationProgress)} verified)`;
  return {
    of: "lag",
    level: isOn ? "doubtful" : levelOf(lag, thresholds.lag) === "bad" ? "bad" : "doubtful",
    text: isOn
      ? `catches up at height ${height}, ${behind}${progress}`
      : `${behind}; it should be less than ${thresholds.lag.doubtful}`,
  };
}

function forkFindings({ fork }: ChainReading, thresholds: Thresholds): Finding[] {
  return judged("fork", fork?.length, thresholds.fork, (length) => {
    const which = fork?.status === "invalid" ? "that it holds to be invalid" : "that is longer than its own";
    return (
      `knows another branch of ${counted(length, "block")} ${which} (${fork?.status}); ` +
      `compare its block hashes with another node's, and reindex if they differ`
    );
  });
}

/** The wallet matters only where there is a key for it. For Iguana it has to be open, and to have coins. */
function walletFindings(reading: ChainReading, thresholds: Thresholds): Finding[] {
  const { hasKey, isWalletLocked, notaryUtxos, balance } = reading;
  const isNotarys = notaryUtxos !== undefined;
  const found: Finding[] = [];
  if (hasKey === false)
    found.push({
      of: "key",
      level: isNotarys ? "bad" : "doubtful",
      text: "its wallet does not have the node's key; the agent's status says why",
    });
  if (isWalletLocked === true)
    found.push({
      of: "walletLocked",
      level: isNotarys ? "bad" : "doubtful",
      text: "its wallet is locked, so nothing can be signed; unlock it with walletpassphrase",
    });
  if (!isNotarys || hasKey === false) return found;
  const { count, low } = notaryUtxos;
  const bounds = { ...thresholds.notaryUtxos, ...(low === undefined ? {} : { doubtful: low - 1 }) };
  found.push(
    ...judged("notaryUtxos", count, bounds, (value) => {
      return `has ${counted(value, "notary UTXO")}; it should have ${bounds.doubtful + 1} or more`;
    }),
    ...judged("balance", balance, thresholds.balance, (value) => {
      return `has ${value} coins to spend; it should have more than ${thresholds.balance.doubtful}`;
    }),
  );
  return found;
}

/** Nothing is expected where this node's Iguana does not notarise, or where no notarisation was ever seen. */
function notarisationFindings(reading: ChainReading, thresholds: Thresholds): Finding[] {
  const { notarisedTo, lastNotarisation, height, network } = reading;
  if (notarisedTo === undefined || lastNotarisation === undefined || height === undefined) return [];
  // There are blocks when somebody makes them, and rounds take their time.
  if (network === "regtest") return [];
  return judged("notarisationAge", height - lastNotarisation.height, thresholds.notarisationAge, (age) => {
    return (
      `was notarised to ${notarisedTo} last at height ${lastNotarisation.height}, ${counted(age, "block")} ago; ` +
      `it should be less than ${thresholds.notarisationAge.doubtful}`
    );
  });
}

/** Builds of one's own say that they are no release. That is no news. */
const PRE_RELEASE = /pre-release/i;

function warningFindings({ warning }: ChainReading): Finding[] {
  if (warning === undefined || warning === "" || PRE_RELEASE.test(warning)) return [];
  return [{ of: "warning", level: "doubtful", text: `its daemon warns: ${warning}` }];
}
