import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, normalize, resolve } from "node:path";
import type { Replacement } from "../images/replace";
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
  const made = new Set<string>();
  for (const path of texts.keys()) {
    for (let above = dirname(path); above !== "."; above = dirname(above)) made.add(above);
  }
  lay("");

  function lay(under: string): void {
    for (const name of readdirSync(under === "" ? "." : under)) {
      const path = join(under, name);
      const [from, to] = [resolve(path), join(folder, path)];
      const text = texts.get(path);
      if (made.has(path)) {
        mkdirSync(to);
        lay(path);
      } else if (text !== undefined) writeFileSync(to, text, { mode: 0o600 });
      else if (/^Pulumi\..*yaml$/.test(name)) copyFileSync(from, to);
      else symlinkSync(from, to);
    }
  }
}
