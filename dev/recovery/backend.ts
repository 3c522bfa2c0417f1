import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { StackCommand } from "./repair";

const PROJECT_NAME = "dokomodo";

/** Where a stack's files lie, for a backend that is a folder; undefined for any other. */
export interface BackendFiles {
  readonly locks: string;
  readonly checkpoint: string;
}

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
