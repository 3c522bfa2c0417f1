import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export const STACK_TYPE = "pulumi:pulumi:Stack";

const state = z.object({
  pending_operations: z.array(z.unknown()).default([]),
  resources: z
    .array(
      z.object({
        type: z.string(),
        outputs: z.unknown().optional(),
        initErrors: z.array(z.unknown()).default([]),
      }),
    )
    .default([]),
});
export type State = z.infer<typeof state>;

/** The file of a stack in a backend that is a folder. A new stack has no state yet. */
const file = z.object({
  checkpoint: z.object({ latest: state.nullish().transform((latest) => latest ?? state.parse({})) }),
});

const notary = z.object({ publicKey: z.string(), addresses: z.record(z.string(), z.string()) });
export type NotaryOutputs = z.infer<typeof notary>;
const outputs = z.object({ notaries: z.record(z.string(), notary) });

/**
 * Reads the state of a stack of this project from a backend that is a folder, with encrypted secrets. A run of the CLI
 * takes half a second to say the same.
 */
export function readState(backend: string, stack: string): State {
  const path = join(backend, ".pulumi", "stacks", "dokomodo", `${stack}.json`);
  return file.parse(JSON.parse(readFileSync(path, "utf8"))).checkpoint.latest;
}

/** A notary's outputs. Throws if the stack has none. */
export function outputsOf({ resources }: State, name: string): NotaryOutputs {
  const stack = resources.find(({ type }) => type === STACK_TYPE);
  const found = outputs.parse(stack?.outputs).notaries[name];
  if (found === undefined) throw new Error(`The stack has no outputs of the notary ${name}.`);
  return found;
}
