import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnosis } from "../../cli/doctor/text";
import type { StatusReport } from "../../cli/status/report";
import type { Finding } from "../../readings/finding";
import type { TestStack } from "./TestStack";

/** A fault that is made for real, and what has to be said of it. */
export interface Fault {
  readonly name: string;
  /** The chain at which it is looked. */
  readonly chain: string;
  /** The one check that it turns red. */
  readonly check: string;
  /** `doubtful` for a fault that keeps nothing from working yet. Nothing may be red then. `bad` if absent. */
  readonly level?: "doubtful" | "bad" | undefined;
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
  /** The chain's state in `status`, and what that says of the fault; empty if it says nothing. */
  readonly status: string;
  /** Seconds from the fault until the words were shown. */
  readonly seconds: number;
}

type Environment = Readonly<Record<string, string>>;

const pause = () => sleep(500);
const PATIENCE_SECONDS = 150;

/** The diagnoses of all chains, keyed by symbol. Throws if the command says anything but them. */
export async function diagnosed(stack: TestStack, env?: Environment): Promise<Record<string, Diagnosis>> {
  const diagnoses: Diagnosis[] = JSON.parse(await said(stack, "doctor", env));
  return Object.fromEntries(diagnoses.map((each) => [each.title, each]));
}

/** The report of `status`. Throws if the command says anything but it. */
export async function statusOf(stack: TestStack, env?: Environment): Promise<StatusReport> {
  return JSON.parse(await said(stack, "status", env));
}

/** What a command prints as JSON. It ends with 0 or 2, and has nothing else to say: no warning, and no stack trace. */
async function said(stack: TestStack, command: string, env?: Environment): Promise<string> {
  const { exitCode, stdout, stderr } = await stack.ask([command, "--json"], env);
  if (stderr !== "" || (exitCode !== 0 && exitCode !== 2))
    throw new Error(`dokomodo ${command} ended with ${exitCode} and said: ${stderr}`);
  return stdout;
}

function checksOf(diagnosis: Diagnosis | undefined, level: "doubtful" | "bad") {
  return (diagnosis?.checks ?? []).filter((check) => check.level === level);
}

/**
 * Makes faults at the same time, each at another chain, and waits until each is shown by its own check and by no other.
 * Their chains have to be well before. Mends them, and does not wait for that: other chains can have their faults
 * meanwhile.
 */
export async function show(stack: TestStack, faults: readonly Fault[]): Promise<Shown[]> {
  await untilWell(
    stack,
    faults.map(({ chain }) => chain),
  );
  const shown: Shown[] = [];
  const made: Made[] = [];
  const missing = () => made.filter(({ fault }) => !shown.some((each) => each.fault === fault.name));
  const making = all(
    faults.map(async (fault) => {
      await fault.make();
      made.push({ fault, at: Date.now() });
    }),
  );
  try {
    // One is looked for while another is still being made.
    for (;;) {
      shown.push(...(await look(stack, missing())));
      if (shown.length === faults.length) break;
      const late = missing().filter(({ at }) => Date.now() - at > PATIENCE_SECONDS * 1000);
      if (late.length > 0) throw new Error(await unseen(stack, late));
      // A failure to make one ends the round.
      await Promise.race([making.then(pause), pause()]);
    }
  } finally {
    await Promise.allSettled([making]);
    await all(faults.map((fault) => fault.mend()));
  }
  return shown;
}

/** A fault, and when it was there. */
interface Made {
  readonly fault: Fault;
  readonly at: number;
}

/** Those of the faults that are shown now. */
async function look(stack: TestStack, made: readonly Made[]): Promise<Shown[]> {
  const environments = [...new Set(made.map(({ fault }) => fault.env))];
  const found = environments.map(async (env) => {
    const diagnoses = await diagnosed(stack, env);
    const seconds = (at: number) => (Date.now() - at) / 1000;
    const seen = made.flatMap(({ fault, at }) => {
      if (fault.env !== env) return [];
      const line = lineOf(fault, diagnoses[fault.chain]);
      return line === undefined ? [] : [{ fault, line, seconds: seconds(at) }];
    });
    if (seen.length === 0) return [];
    const report = await statusOf(stack, env);
    return seen.map(({ fault: { name, chain, check }, line, seconds: after }): Shown => {
      return { fault: name, check, line, status: statusText(report, chain, check), seconds: after };
    });
  });
  return (await Promise.all(found)).flat();
}

/** What the fault's own check says; undefined unless it alone says something, and that is of the fault. */
function lineOf({ check, seen, level = "bad" }: Fault, diagnosis: Diagnosis | undefined): string | undefined {
  const [red, ...others] = checksOf(diagnosis, "bad");
  if (others.length > 0 || (level === "doubtful" && red !== undefined)) return undefined;
  const own = level === "bad" ? red : checksOf(diagnosis, level).find((each) => each.check === check);
  return own?.check === check && seen.test(own.seen) ? own.seen : undefined;
}

/** How busy a test's machine is says nothing of a fault. */
const HOST_FAULTS = /^(host|disk|clock)/;

/** The state of a chain, and the worst that is said of what a check is about, or else of what is around it. */
function statusText({ chains, hosts, iguanas, others }: StatusReport, symbol: string, check: string): string {
  const chain = chains.find((each) => each.symbol === symbol);
  const named = (name: string, findings: readonly Finding[]) =>
    findings.map(({ level, text }) => ({ level, text: name === "" ? text : `${name}: ${text}` }));
  const ofHost = hosts
    .filter(({ name }) => name === chain?.host)
    .flatMap(({ name, findings }) =>
      named(
        `host ${name}`,
        findings.filter(({ of }) => HOST_FAULTS.test(of)),
      ),
    );
  const ofIguana = iguanas.flatMap(({ findings }) => named("iguana", findings));
  const ofLease = iguanas.flatMap(({ findings }) =>
    named(
      "iguana",
      findings.filter(({ of }) => of === "leaseState"),
    ),
  );
  const first: Readonly<Record<string, typeof ofHost>> = { clock: ofHost, Iguana: ofIguana, lease: ofLease };
  const findings = [
    ...(first[check] ?? []),
    ...named("", chain?.findings ?? []),
    ...ofHost,
    ...ofIguana,
    ...others.flatMap((other) => named(other.name, other.findings)),
  ];
  const worst = findings.find(({ level }) => level === "bad") ?? findings[0];
  return worst === undefined ? "" : `${chain?.state}; ${worst.text}`;
}

async function unseen(stack: TestStack, made: readonly Made[]): Promise<string> {
  const diagnoses = await diagnosed(stack, made[0]?.fault.env);
  const wrong = made.map(({ fault: { name, chain } }) => {
    const { checks = [] } = diagnoses[chain] ?? {};
    return { name, chain, checks: checks.filter(({ level }) => level === "bad" || level === "doubtful") };
  });
  return `not shown after ${PATIENCE_SECONDS} s: ${JSON.stringify(wrong, undefined, 2)}`;
}

/** Waits for all, so that nothing is mended while it is still being made. Throws the first failure. */
async function all<T>(steps: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(steps);
  return Promise.all(steps);
}

/**
 * Waits until the doctor finds nothing bad.
 * @param symbols the chains that have to be well; all if absent
 */
export async function untilWell(stack: TestStack, symbols?: readonly string[]): Promise<void> {
  const begin = Date.now();
  for (;;) {
    const ill = Object.values(await diagnosed(stack)).filter(
      (each) => symbols?.includes(each.title) !== false && checksOf(each, "bad").length > 0,
    );
    if (ill.length === 0) return;
    if (Date.now() - begin > PATIENCE_SECONDS * 1000)
      throw new Error(
        `still ill: ${JSON.stringify(ill.map((each) => ({ title: each.title, bad: checksOf(each, "bad") })))}`,
      );
    await pause();
  }
}

/** What was shown, as a table in Markdown. */
export function faultTable(shown: readonly Shown[]): string {
  const cells = shown.map(({ fault, check, line, status, seconds }) => [
    fault,
    check,
    line,
    status,
    seconds.toFixed(0),
  ]);
  const head = ["fault", "check", "doctor's line", "status says", "seconds until shown"];
  return [head, head.map(() => "---"), ...cells]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}
