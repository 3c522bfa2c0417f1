import type { Node, NodeChain, Notary } from "../../notary/types";
import type { Delay } from "../../platforms/entrypointLog";
import type { SeenContainer, SeenHost } from "../../platforms/operations";
import type { AgentReadings } from "../../readings/agent";
import type { ChainReading } from "../../readings/chain";

/** The checks, in the order of cause: what is wrong at the top is why something is wrong below it. */
export const CHECKS = [
  "host",
  "disk",
  "clock",
  "image",
  "parameters",
  "daemon",
  "link",
  "RPC",
  "key",
  "coins",
  "Iguana",
  "lease",
  "peers",
] as const;

export type CheckName = (typeof CHECKS)[number];

/** All that is known of one chain, for the checks. */
export interface Case {
  /** The name by which commands take the chain: `BEER`, or `east/BEER`. */
  readonly title: string;
  readonly node: Node | Notary;
  readonly chain: NodeChain;
  /** Its host as it was seen; absent if somebody else runs the daemon. */
  readonly host?: SeenHost | undefined;
  /** The daemon's container; absent if there is none. */
  readonly daemon?: SeenContainer | undefined;
  /** The other containers that a call of the chain goes through, on both sides. */
  readonly way: readonly SeenContainer[];
  /** The last lines that the daemon's container wrote, if it was worth reading them. */
  readonly log: readonly string[];
  /** Why the entry point has not started the daemon yet. Absent if the daemon was started, or if the log does not say. */
  readonly delay?: Delay | undefined;
  readonly reading?: ChainReading | undefined;
  /** Whether something listens on the daemon's RPC port in its own container; absent if nobody looked. */
  readonly listens?: boolean | undefined;
  /** The best height that any node of the stack knows of. */
  readonly bestKnown?: number | undefined;
  /** What the node's agent says; absent if it does not answer. */
  readonly readings?: AgentReadings | undefined;
  /** Why there are no readings. */
  readonly problem?: string | undefined;
  /** The host of Iguana or of the agent, which calls the chain. */
  readonly callersHost?: SeenHost | undefined;
  /** The container that starts again what the platform has given up on the chain's host; absent if there is none. */
  readonly restarter?: SeenContainer | undefined;
  /** The container of Iguana; absent if there is none. */
  readonly iguana?: SeenContainer | undefined;
}

/** What a check has seen. */
export interface Seen {
  readonly level: "good" | "doubtful" | "bad";
  /** For people, with values and units. */
  readonly seen: string;
  /** What to do, as whole sentences. Always there if something is wrong. */
  readonly mend?: string | undefined;
}

export interface Check {
  readonly name: CheckName;
  /** Checks without which this one says nothing. */
  readonly after: readonly CheckName[];
  /** Undefined if the check does not concern the chain, such as coins on a node without a key. */
  look(it: Case): Seen | undefined;
}

export interface CheckResult {
  readonly check: CheckName;
  readonly level: "good" | "doubtful" | "bad" | "skipped";
  readonly seen: string;
  readonly mend?: string | undefined;
}

export function good(seen: string): Seen {
  return { level: "good", seen };
}

export function bad(seen: string, mend: string): Seen {
  return { level: "bad", seen, mend };
}

export function doubtful(seen: string, mend: string): Seen {
  return { level: "doubtful", seen, mend };
}

/** Makes all checks of a chain. One that needs another that failed is skipped, and so the cause stands alone. */
export function examine(checks: readonly Check[], it: Case): CheckResult[] {
  const results = new Map<CheckName, CheckResult>();
  for (const { name, after, look } of checks) {
    const missing = after.find((each) => isUseless(results.get(each)));
    const result = missing === undefined ? look(it) : skipped(missing, results.get(missing));
    if (result !== undefined) results.set(name, { check: name, ...result });
  }
  return [...results.values()];
}

function isUseless(result: CheckResult | undefined): boolean {
  return result?.level === "bad" || result?.level === "skipped";
}

function skipped(cause: CheckName, result: CheckResult | undefined): Pick<CheckResult, "level" | "seen"> {
  const seen = result?.level === "skipped" ? result.seen : `not looked at, because of ${cause}`;
  return { level: "skipped", seen };
}
