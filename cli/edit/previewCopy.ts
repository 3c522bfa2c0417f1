import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, normalize } from "node:path";
import type { Replacement } from "../images/replace";
import { layProjectCopy } from "../projectCopy";
import { showPulumi } from "../showPulumi";

/**
 * Shows Pulumi's plan for files that are not written yet. It is made in a copy of the project's folder, which has links
 * in it to all other files. So the files of the project stay as they are whatever happens to this process.
 *
 * @param output where the plan goes
 */
export async function previewCopy(
  stack: string,
  replacements: readonly Replacement[],
  output: NodeJS.WriteStream,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-preview-"));
  try {
    layCopy(folder, replacements);
    const ended = await showPulumi(["preview", "--non-interactive", "--stack", stack], {
      output,
      directory: folder,
    });
    if (ended !== "done") throw new Error("there is no plan, as said above. Nothing was written");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the copy of the current folder, with the new texts. */
function layCopy(folder: string, replacements: readonly Replacement[]): void {
  const texts = new Map(replacements.map(({ path, after }) => [normalize(path), after]));
  const outside = [...texts.keys()].find((path) => isAbsolute(path) || path.startsWith(".."));
  if (outside !== undefined) {
    throw new Error(
      `${outside} is outside of the project's folder, and --preview copies this folder only; leave --preview out`,
    );
  }
  layProjectCopy(folder, texts);
}
