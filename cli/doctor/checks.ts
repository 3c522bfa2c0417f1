import { type Case, CHECKS, type Check, type CheckResult, examine } from "./check";
import { coins, daemon, key, rpc } from "./daemon";
import { iguana, lease, link, peers } from "./network";
import { clock, disk, host, image, parameters } from "./places";

const ALL: readonly Check[] = [
  host,
  disk,
  clock,
  image,
  parameters,
  daemon,
  link,
  rpc,
  key,
  coins,
  lease,
  iguana,
  peers,
];

/** Makes all checks of a chain, and returns them in the order of cause. */
export function diagnose(it: Case): CheckResult[] {
  return examine(ALL, it).sort((one, other) => CHECKS.indexOf(one.check) - CHECKS.indexOf(other.check));
}
