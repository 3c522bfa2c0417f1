import { join } from "node:path";
import { compilePackage } from "../compilePackage";
import { PROJECT } from "../stackConfig";

/** What is run. The first is Node alone, which every command pays for. */
const RUNS: readonly (readonly string[])[] = [
  [],
  ["--help"],
  ["chain", "add", "--help"],
  ["hosts", "--help"],
  ["status", "--help"],
  ["chains", "--json"],
  ["chain", "list", "--json"],
  ["complete", "--", "chain", "remove", ""],
];

export interface StartTimes {
  readonly run: string;
  /** Seconds of each process of the package, from its start to its end. */
  readonly compiled: readonly number[];
  /** The same in this checkout. */
  readonly checkout: readonly number[];
}

/**
 * Starts each command in turns, of the package and of this checkout. The first turn compiles what is not compiled yet,
 * and does not count.
 */
export async function measureStartUp(turns: number): Promise<StartTimes[]> {
  const made = await compilePackage();
  try {
    const times = RUNS.map((words) => ({ words, compiled: [] as number[], checkout: [] as number[] }));
    for (let turn = 0; turn <= turns; turn++) {
      for (const { words, compiled, checkout } of times) {
        const ofPackage = await secondsOf(made.command, words);
        const ofCheckout = await secondsOf(join(PROJECT, "cli", "bin.cjs"), words);
        if (turn === 0) continue;
        compiled.push(ofPackage);
        checkout.push(ofCheckout);
      }
    }
    return times.map(({ words, ...seconds }) => ({
      run: words.length === 0 ? "Node alone" : `dokomodo ${words.join(" ").trim()}`,
      ...seconds,
    }));
  } finally {
    made.remove();
  }
}

async function secondsOf(command: string, words: readonly string[]): Promise<number> {
  const { execa } = await import("execa");
  const args = words.length === 0 ? ["--eval", "0"] : [command, ...words];
  const started = performance.now();
  await execa(process.execPath, args, { cwd: PROJECT, env: { PULUMI_STACK: "dev" } });
  return (performance.now() - started) / 1000;
}
