import { join } from "node:path";

const PROJECT = join(__dirname, "..", "..", "..");

/** What is run. The first is Node alone, which every command pays for. */
const RUNS: readonly (readonly [string, readonly string[]])[] = [
  ["Node alone", ["--eval", "0"]],
  ...[
    ["--help"],
    ["chain", "add", "--help"],
    ["hosts", "--help"],
    ["chains", "--json"],
    ["chain", "list", "--json"],
    ["complete", "--", "chain", "remove", ""],
  ].map((words) => [`dokomodo ${words.join(" ").trim()}`, ["cli/bin.cjs", ...words]] as const),
];

export interface StartTimes {
  readonly run: string;
  /** Seconds of each process, from its start to its end. */
  readonly seconds: readonly number[];
}

/** Starts each command in turns, in this checkout. The first turn compiles what is not compiled yet, and does not count. */
export async function measureStartUp(turns: number): Promise<StartTimes[]> {
  const { execa } = await import("execa");
  const times = RUNS.map(([run, args]) => ({ run, args, seconds: [] as number[] }));
  for (let turn = 0; turn <= turns; turn++) {
    for (const { args, seconds } of times) {
      const started = performance.now();
      await execa(process.execPath, args, { cwd: PROJECT, env: { PULUMI_STACK: "dev" } });
      if (turn > 0) seconds.push((performance.now() - started) / 1000);
    }
  }
  return times.map(({ run, seconds }) => ({ run, seconds }));
}
