import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askPulumi, explainPulumi } from "../pulumi";
import { type PlanStep, parseSteps } from "./steps";

/** What a preview of Pulumi's came to. */
export interface Previewed {
  /** The steps of the plan; absent if there is none. */
  readonly steps?: readonly PlanStep[] | undefined;
  /** What Pulumi said: its own plan, or why there is none. */
  readonly said: string;
}

/**
 * Runs `pulumi preview`. The steps come from the log of events that Pulumi's Automation API reads as well
 * (docs/internals/pulumi.md, the event log). Secrets are neither in it nor in what Pulumi says.
 * @param refresh whether Pulumi looks first at what is there
 */
export async function runPreview(stack: string, refresh: boolean): Promise<Previewed> {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-preview-"));
  const log = join(folder, "events.json");
  try {
    const args = ["preview", "--diff", "--color=never", "--event-log", log, "--stack", stack];
    const env = { PULUMI_DEBUG_COMMANDS: "true" };
    const { ok, stdout, stderr } = await askPulumi([...args, ...(refresh ? ["--refresh"] : [])], { env });
    const said = [stdout, stderr]
      .map((text) => text.trim())
      .filter((text) => text !== "")
      .join("\n");
    if (!ok) return { said: explainPulumi(stderr, stack) ?? said };
    return { steps: parseSteps(readFileSync(log, "utf8")), said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
