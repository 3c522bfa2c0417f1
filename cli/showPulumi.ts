import { noPulumi, type StackCommand } from "./pulumi";

export type Ended = "done" | "failed" | "interrupted";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface ShowOptions extends Partial<Omit<StackCommand, "stack">> {
  /** Where it is shown; standard output if absent. */
  readonly output?: NodeJS.WriteStream | undefined;
}

/**
 * Runs Pulumi's CLI and shows what it says. Rejects only if there is no CLI.
 *
 * Ctrl-C is passed on once. Pulumi then ends what it has begun and leaves the rest. A second Ctrl-C is not passed on,
 * because Pulumi would leave things behind that its state does not know.
 * @param args with `--non-interactive`, and with `--stack` where the command takes it
 */
export async function showPulumi(
  args: readonly string[],
  { output = process.stdout, pulumi = "pulumi", env = {}, directory }: ShowOptions = {},
): Promise<Ended> {
  const { execa } = await import("execa");
  // In a process group of its own it does not get the terminal's Ctrl-C, which would reach it a second time otherwise.
  const child = execa(pulumi, args, {
    env: { ...env, ...(directory === undefined ? {} : { PWD: directory }) },
    ...(directory === undefined ? {} : { cwd: directory }),
    stdio: ["ignore", output, process.stderr],
    detached: true,
    reject: false,
  });
  let isInterrupted = false;
  const interrupt = () => {
    if (isInterrupted) process.stderr.write("Pulumi ends what it has begun. This may take a while.\n");
    else child.kill("SIGINT");
    isInterrupted = true;
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    const { failed, code } = await child;
    if (code === "ENOENT") throw noPulumi();
    if (!failed) return "done";
    return isInterrupted ? "interrupted" : "failed";
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
