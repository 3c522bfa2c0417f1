import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "../../config/testFolder";

/** Absolute path of the folder of the test that runs. Each has one of its own. */
export const folder = testFolder("images");

/** Writes a file into the test's folder and returns its path. */
export function write(name: string, text: string): string {
  const file = join(folder(), name);
  writeFileSync(file, text);
  return file;
}
