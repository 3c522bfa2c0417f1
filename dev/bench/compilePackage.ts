import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./stackConfig";

/** The command as a user has it: compiled, in a folder that finds the checkout's npm packages. */
export interface CompiledPackage {
  /** Absolute path of its cli/bin.cjs. */
  readonly command: string;
  remove(): void;
}

/** Packs the checkout, and unpacks it where it finds the checkout's npm packages. */
export async function compilePackage(): Promise<CompiledPackage> {
  const { execa } = await import("execa");
  const cache = join(PROJECT, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "dokomodo-package-"));
  await execa("npm", ["pack", "--pack-destination", folder], { cwd: PROJECT });
  const archives = readdirSync(folder).map((name) => join(folder, name));
  for (const archive of archives) await execa("tar", ["-xzf", archive, "-C", folder]);
  return {
    command: join(folder, "package", "cli", "bin.cjs"),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
