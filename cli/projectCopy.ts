import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Lays a copy of the current folder, which is a project's. It has links in it to all files but Pulumi's own, which are
 * copied, because Pulumi follows links to a project's folder.
 * @param folder an empty one
 * @param texts files that are others there, keyed by their paths in the project
 * @param isLeftOut whether a file of the top level is left out
 */
export function layProjectCopy(
  folder: string,
  texts: ReadonlyMap<string, string>,
  isLeftOut: (name: string) => boolean = () => false,
): void {
  const made = new Set<string>();
  for (const path of texts.keys()) {
    for (let above = dirname(path); above !== "."; above = dirname(above)) made.add(above);
  }
  lay("");

  function lay(under: string): void {
    for (const name of readdirSync(under === "" ? "." : under)) {
      const path = join(under, name);
      if (under === "" && isLeftOut(name)) continue;
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
