import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnosis } from "../../cli/doctor/text";
import type { StatusReport } from "../../cli/status/report";
import type { TestStack } from "./TestStack";

/** A fault that is made for real, and what has to be said of it. */
export interface Fault {
  readonly name: string;
  /** The chain at which it is looked. */
  readonly chain: string;
  /** The one check that turns red. */
  readonly check: string;
  /** What `doctor` says of it. */
  readonly seen: RegExp;
  make(): Promise<unknown>;
  mend(): Promise<unknown>;
  /** Further variables of the command's environment, for a fault of the operator's own machine. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** What was shown of a fault. */
export interface Shown {
  readonly fault: string;
  readonly check: string;
  /** The words of `doctor`. */
  readonly line: string;
  /** Seconds from the fault until they were shown. */
  readonly seconds: number;
}

const PAUSE_MILLISECONDS = 1000;
const PATIENCE_SECONDS = 90;

/** The diagnoses of all chains, keyed by symbol. Throws if the command says anything but them. */
export async function diagnosed(
  stack: TestStack,
  env?: Readonly<Record<string, string>>,
): Promise<Record<string, Diagnosis>> {
  const { exitCode, stdout, stderr } = await stack.ask(["doctor", "--json"], env);
  if (stderr !== "" || (exitCode !== 0 && exitCode !== 2))
    throw new Error(`dokomodo doctor ended with ${exitCode} and said: ${stderr}`);
  const diagnoses: Diagnosis[] = JSON.parse(stdout);
  return Object.fromEntries(diagnoses.map((each) => [each.title, each]));
}

export async function statusOf(stack: TestStack): Promise<StatusReport> {
  const { stdout, stderr } = await stack.ask(["status", "--json"]);
  if (stderr !== "") throw new Error(`dokomodo status said: ${stderr}`);
  return JSON.parse(stdout);
}

function bad(diagnosis: Diagnosis | undefined) {
  return (diagnosis?.checks ?? []).filter(({ level }) => level === "bad");
}

/**
 * Makes faults at the same time, each at another chain, and waits until each is shown by its own check and by no other.
 * Mends them, and waits until nothing is wrong any more.
 */
export async function show(stack: TestStack, faults: readonly Fault[]): Promise<Shown[]> {
  const begin = Date.now();
  const seconds = () => (Date.now() - begin) / 1000;
  const shown = new Map<string, Shown>();
  const env = Object.assign({}, ...faults.map((fault) => fault.env));
  try {
    await all(faults.map((fault) => fault.make()));
    for (let last: unknown; shown.size < faults.length; await sleep(PAUSE_MILLISECONDS)) {
      if (seconds() > PATIENCE_SECONDS)
        throw new Error(
          `not shown after ${PATIENCE_SECONDS} s: ${namesOf(faults, shown)}. Last: ${JSON.stringify(last)}`,
        );
      const diagnoses = await diagnosed(stack, env);
      last = Object.values(diagnoses).map((each) => ({ title: each.title, bad: bad(each) }));
      for (const { name, chain, check, seen } of faults) {
        const [first, ...others] = bad(diagnoses[chain]);
        if (shown.has(name) || first === undefined) continue;
        if (first.check !== check || others.length > 0 || !seen.test(first.seen)) continue;
        shown.set(name, { fault: name, check, line: first.seen, seconds: seconds() });
      }
    }
  } finally {
    await all(faults.map((fault) => fault.mend()));
  }
  await untilWell(stack);
  return [...shown.values()];
}

/** Waits for all, so that nothing is mended while it is still being made. Throws the first failure. */
async function all(steps: readonly Promise<unknown>[]): Promise<void> {
  for (const step of await Promise.allSettled(steps)) if (step.status === "rejected") throw step.reason;
}

function namesOf(faults: readonly Fault[], shown: ReadonlyMap<string, Shown>): string {
  return faults
    .filter(({ name }) => !shown.has(name))
    .map(({ name }) => name)
    .join(", ");
}

/** Waits until the doctor finds nothing bad. */
export async function untilWell(stack: TestStack): Promise<void> {
  const begin = Date.now();
  for (;;) {
    const ill = Object.values(await diagnosed(stack)).filter((each) => bad(each).length > 0);
    if (ill.length === 0) return;
    if (Date.now() - begin > 2 * PATIENCE_SECONDS * 1000)
      throw new Error(
        `still ill: ${JSON.stringify(ill.map((each) => ({ title: each.title, bad: bad(each) })))}`,
      );
    await sleep(PAUSE_MILLISECONDS);
  }
}
