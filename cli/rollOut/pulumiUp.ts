import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { editYaml } from "../../input/edit/editYaml";
import { isRecord, YamlSource } from "../../input/source";

/** How one `up` replaces workloads (dokomodo:rollOut). What is absent is as the config says. */
export interface RollOutChoice {
  readonly canary?: string | undefined;
  readonly canarySeconds?: number | undefined;
  readonly atOnce?: number | undefined;
}

const KEY = "dokomodo:rollOut";

/** The text of a stack's file with another roll-out. */
export function withRollOut(file: string, text: string, choice: RollOutChoice): string {
  const stated = YamlSource.parse(file, text).source?.at(["config", KEY]);
  const chosen = Object.entries(choice).filter(([, value]) => value !== undefined);
  const value = { ...(isRecord(stated) ? stated : {}), ...Object.fromEntries(chosen) };
  if (chosen.length === 0) return text;
  return editYaml(file, text, [{ kind: "set", path: ["config", KEY], value }]);
}

export type Ended = "done" | "failed" | "interrupted";

/**
 * Runs a command of Pulumi's with another text of the stack's file. Pulumi reads it from a copy, and changes neither the
 * copy nor the file (docs/internals/pulumi.md, another config file).
 *
 * Ctrl-C is passed on once. Pulumi then ends what it has begun and leaves the rest. A second Ctrl-C is not passed on,
 * because Pulumi would leave things behind that its state does not know.
 */
export async function runWithConfig(stack: string, text: string, args: readonly string[]): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-up-"));
  const copy = join(folder, `Pulumi.${stack}.yaml`);
  try {
    writeFileSync(copy, text, { mode: 0o600 });
    return await run([...args, "--stack", stack, "--config-file", copy, "--non-interactive"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function run(args: readonly string[]): Promise<Ended> {
  const { execa } = await import("execa");
  // In a process group of its own it does not get the terminal's Ctrl-C, which would reach it a second time otherwise.
  const child = execa("pulumi", args, {
    stdio: ["ignore", "inherit", "inherit"],
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
    if (code === "ENOENT") {
      throw new Error("there is no pulumi command on the path. `npm run up` installs one, or see pulumi.com");
    }
    if (!failed) return "done";
    return isInterrupted ? "interrupted" : "failed";
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
