import { copyFile, readFile } from "node:fs/promises";
import { backendFiles } from "./backend";
import type { StackCommand } from "./repair";

/**
 * Puts the state of one step earlier in the place of one that was being written when its engine was killed. The
 * engine keeps it beside (pulumi pkg/backend/diystate, backupTarget), and it names the step as begun, which
 * repairInterrupted goes on from.
 */
export async function restoreCheckpoint(command: StackCommand, say: (line: string) => void): Promise<void> {
  const files = await backendFiles(command);
  if (files === undefined) return;
  const { checkpoint } = files;
  const backup = `${checkpoint}.bak`;
  if ((await readState(checkpoint)) !== "broken" || (await readState(backup)) !== "whole") return;
  say("The last run was interrupted while it wrote the stack's state; going back to the step before.");
  await copyFile(backup, checkpoint);
}

async function readState(file: string): Promise<"whole" | "broken" | "absent"> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return "absent";
  }
  try {
    JSON.parse(text);
    return "whole";
  } catch {
    return "broken";
  }
}
