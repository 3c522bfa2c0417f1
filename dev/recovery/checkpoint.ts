import { copyFile, readFile, rm } from "node:fs/promises";
import { backendFiles } from "./backend";
import type { StackCommand } from "./repair";

/**
 * Mends a state whose engine was killed, or whose machine lost its power, while it was written.
 *
 * The state itself is replaced in one step, but the file of its attributes beside it is not (gocloud.dev
 * blob/fileblob, setAttrs): half of one makes Pulumi say `failed to load checkpoint: EOF`, while none is as good as a
 * whole one. A state that was cut all the same gives way to the one of a step earlier, which the engine keeps beside
 * it (pulumi pkg/backend/diy, backupTarget) and which names that step as begun, so that repairInterrupted goes on.
 */
export async function mendCheckpoint(command: StackCommand, say: (line: string) => void): Promise<void> {
  const files = await backendFiles(command);
  if (files === undefined) return;
  const { checkpoint } = files;
  const backup = `${checkpoint}.bak`;
  for (const attributes of [`${checkpoint}.attrs`, `${backup}.attrs`]) {
    if ((await readJson(attributes)) !== "broken") continue;
    say(
      "The last run was interrupted while it wrote the stack's state; removing the file that it left half written.",
    );
    await rm(attributes);
  }
  if ((await readJson(checkpoint)) !== "broken" || (await readJson(backup)) !== "whole") return;
  say("The last run was interrupted while it wrote the stack's state; going back to the step before.");
  await copyFile(backup, checkpoint);
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
