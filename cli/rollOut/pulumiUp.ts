import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { editYaml } from "../../input/edit/editYaml";
import { isRecord, YamlSource } from "../../input/source";
import { type Ended, showPulumi } from "../showPulumi";

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

/**
 * Runs a command of Pulumi's with another text of the stack's file. Pulumi reads it from a copy, and changes neither the
 * copy nor the file (docs/internals/pulumi.md, another config file).
 */
export async function runWithConfig(stack: string, text: string, args: readonly string[]): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-up-"));
  const copy = join(folder, `Pulumi.${stack}.yaml`);
  try {
    writeFileSync(copy, text, { mode: 0o600 });
    return await showPulumi([...args, "--stack", stack, "--config-file", copy, "--non-interactive"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
