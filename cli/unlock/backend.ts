import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { askPulumi, pulumiError, type StackCommand } from "../pulumi";

/** Where Pulumi keeps a stack's files, if it keeps them in a folder of this machine. */
export interface StateFolder {
  /** Folder of the stack's locks. It is there only while the stack is locked. */
  readonly locks: string;
  /** File of the stack's state. */
  readonly checkpoint: string;
}

/** Finds out where a stack's files are; undefined if they are in a bucket or with a service. */
export async function stateFolder({ stack, ...cli }: StackCommand): Promise<StateFolder | undefined> {
  const args = ["whoami", "--json"];
  const answer = await askPulumi(args, cli);
  if (!answer.ok) throw pulumiError(args, answer, stack);
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(answer.stdout));
  if (!url.startsWith("file://")) return undefined;
  const project = parse(readFileSync(join(cli.directory, "Pulumi.yaml"), "utf8"));
  const { name } = z.object({ name: z.string() }).parse(project);
  const folder = join(fileURLToPath(url.replace("file://~", `file://${homedir()}`)), ".pulumi");
  return {
    locks: join(folder, "locks", "organization", name, stack),
    checkpoint: join(folder, "stacks", name, `${stack}.json`),
  };
}
