import { copyFile, readFile, rm } from "node:fs/promises";
import type { StackCommand } from "../pulumi";
import { stateFolder } from "./backend";

/**
 * Mends a state whose engine was killed, or whose machine lost power, while the state was written.
 *
 * The engine replaces the state in one step, but not the file of its attributes (google/go-cloud,
 * blob/fileblob/attrs.go, setAttrs). Half of such a file makes Pulumi fail with `failed to load checkpoint: EOF`.
 * Pulumi does without the file, so a broken one is removed.
 *
 * A state that is cut nevertheless is replaced by its backup (pulumi/pulumi, pkg/backend/diy/state.go, backupTarget),
 * which is one step older. The backup names that step as begun, which unlock.ts goes on with.
 * @returns whether something was mended
 */
export async function mendCheckpoint(command: StackCommand, say: (line: string) => void): Promise<boolean> {
  const folder = await stateFolder(command);
  if (folder === undefined) return false;
  const { checkpoint } = folder;
  let isMended = false;
  const backup = `${checkpoint}.bak`;
  for (const attributes of [`${checkpoint}.attrs`, `${backup}.attrs`]) {
    if ((await readJson(attributes)) !== "broken") continue;
    say(
      "The last run was interrupted while it wrote the stack's state. Removing the file that it left half written.",
    );
    await rm(attributes);
    isMended = true;
  }
  if ((await readJson(checkpoint)) !== "broken" || (await readJson(backup)) !== "whole") return isMended;
  say("The last run was interrupted while it wrote the stack's state. Going back to the step before.");
  await copyFile(backup, checkpoint);
  return true;
}

async function readJson(file: string): Promise<"whole" | "broken" | "absent"> {
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
