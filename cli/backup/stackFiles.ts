import { basename } from "node:path";
import { Readable } from "node:stream";
import { messageOf } from "../../input/messageOf";
import type { Operations } from "../../platforms/operations";
import { readText } from "../images/replace";
import { runPulumi } from "../pulumi";
import type { Target } from "../running/targets";
import { mustCallSidecar } from "./sidecar";

/** A file of a stack without which it cannot be brought up again. */
export interface StackFile {
  /** A plain name, without a folder. */
  readonly name: string;
  readonly text: string;
}

/**
 * The state of a stack, in which secrets are encrypted, and the files of its project that make it what it is.
 * @param paths of the project's files that the stack's config names
 */
export async function stackFiles(stack: string, paths: readonly string[]): Promise<StackFile[]> {
  const state = await runPulumi(["stack", "export"], { stack });
  const files = ["Pulumi.yaml", `Pulumi.${stack}.yaml`, ...paths];
  return [
    { name: "state.json", text: state },
    ...[...new Set(files)].map((path) => ({ name: basename(path), text: readText(path) })),
  ];
}

/**
 * Hands the files of a stack to a container that keeps wallets, which keeps them in the stack's own repository. This machine
 * needs neither restic nor the access to the store.
 */
export async function keepStackFiles(
  operations: Operations,
  carrier: Target,
  stack: string,
  files: readonly StackFile[],
  signal: AbortSignal,
): Promise<void> {
  for (const { name, text } of files) {
    await must(["file", name], Readable.from([Buffer.from(text)]));
  }
  await must(["stack", stack]);

  async function must(command: readonly string[], input?: Readable): Promise<void> {
    try {
      await mustCallSidecar(operations, carrier, command, { input, signal });
    } catch (error) {
      throw new Error(`the files of stack ${stack} were not kept: ${messageOf(error)}`);
    }
  }
}
