import { createHash } from "node:crypto";
import { chmod, readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { installOnce } from "./cache";

const checkout = join(__dirname, "..", "..");

/**
 * Makes one executable file of a TypeScript program of this checkout, once per content. The program may import from its
 * own folder, the files beside that folder, the installed packages, and the `further` files. Paths are relative to
 * the checkout. Throws where the program imports anything else, because a change there would not rebuild it.
 *
 * A bundle answers the engine after 0.1 s. Sources that have to be transpiled take longer. The engine starts one process
 * per provider in every preview and every update.
 */
export async function bundle(
  main: string,
  executable: string,
  cache: string,
  further: readonly string[] = [],
): Promise<string> {
  const sources = [...(await sourcesOf(main)), ...further.map((path) => join(checkout, path))];
  const key = await hashOf([...sources, join(checkout, "package-lock.json"), __filename]);
  const directory = await installOnce(join(cache, "bundles", `${executable}-${key}`), async (staging) => {
    const { build } = await import("esbuild");
    const outfile = join(staging, executable);
    const { metafile } = await build({
      entryPoints: [main],
      absWorkingDir: checkout,
      outfile,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      banner: { js: "#!/usr/bin/env node" },
      // Compiled add-ons: ssh2 tries to load them, and works without them.
      external: ["*.node", "cpu-features"],
      metafile: true,
      logLevel: "warning",
      logOverride: { "require-resolve-not-external": "silent" },
    });
    const inputs = Object.keys(metafile.inputs).map((path) => join(checkout, path));
    const foreign = inputs.filter(
      (path) => !path.includes(`${sep}node_modules${sep}`) && !sources.includes(path),
    );
    if (foreign.length > 0) {
      throw new Error(
        `${main} imports ${foreign.join(", ")}: a change there would not rebuild it (dev/toolchain/bundle.ts)`,
      );
    }
    await chmod(outfile, 0o755);
  });
  return join(directory, executable);
}

async function sourcesOf(main: string): Promise<string[]> {
  const folder = dirname(join(checkout, main));
  const own = await readdir(folder, { recursive: true, withFileTypes: true });
  const beside = await readdir(dirname(folder), { withFileTypes: true });
  return [...own, ...beside]
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function hashOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(process.versions.node);
  for (const file of files) hash.update(`\0${relative(checkout, file)}\0`).update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}
