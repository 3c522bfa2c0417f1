import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { StackCommand } from "./repair";

const PROJECT_NAME = "dokomodo";

/** Paths of a stack's files in a backend that is a folder. */
export interface BackendFiles {
  /** Folder of the stack's locks. */
  readonly locks: string;
  /** File of the stack's state. */
  readonly checkpoint: string;
}

/** Where a stack's files are. Undefined for a backend that is not a folder. */
export async function backendFiles(command: StackCommand): Promise<BackendFiles | undefined> {
  const { pulumi, env, directory, stack } = command;
  const { execa } = await import("execa");
  const { stdout } = await execa(pulumi, ["whoami", "--json"], { cwd: directory, env });
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(stdout));
  if (!url.startsWith("file://")) return undefined;
  const folder = join(fileURLToPath(url.replace("file://~", `file://${homedir()}`)), ".pulumi");
  return {
    locks: join(folder, "locks", "organization", PROJECT_NAME, stack),
    checkpoint: join(folder, "stacks", PROJECT_NAME, `${stack}.json`),
  };
}
