import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./stackConfig";

/** The command as a user has it: compiled, in a folder that finds the checkout's npm packages. */
export interface CompiledPackage {
  /** Absolute path of its cli/bin.cjs. */
  readonly command: string;
  remove(): void;
}

/** Makes what `npm pack` would pack, as far as the command needs it. */
export async function compilePackage(): Promise<CompiledPackage> {
  const { execa } = await import("execa");
  const cache = join(PROJECT, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "dokomodo-package-"));
  const built = join(folder, "dist");
  const compiler = join(PROJECT, "node_modules", "typescript", "bin", "tsc");
  const options = ["-p", "tsconfig.build.json", "--declaration", "false", "--outDir", built];
  await execa(process.execPath, [compiler, ...options], { cwd: PROJECT });
  for (const file of [
    "runtime/bundles",
    "runtime/entrypoint.sh",
    "runtime/pause.sh",
    "chains/daemons.yaml",
  ]) {
    cpSync(join(PROJECT, file), join(built, file), { recursive: true });
  }
  for (const file of ["cli/bin.cjs", "package.json", "assetchains.yaml", "notary/networks"]) {
    cpSync(join(PROJECT, file), join(folder, file), { recursive: true });
  }
  return { command: join(folder, "cli", "bin.cjs"), remove: () => rmSync(folder, { recursive: true }) };
}
