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

const key = z.object({ publicKey: z.string(), addresses: z.record(z.string(), z.string()) });
/** What the outputs say of the key of a notary, or of a node. */
export type KeyOutputs = z.infer<typeof key>;
/** A node may have no key. */
const outputs = z.object({
  notaries: z.record(z.string(), z.unknown()).default({}),
  nodes: z.record(z.string(), z.unknown()).default({}),
});

/** What `pulumi stack export --show-secrets` prints. */
const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          /** True for a resource that has been replaced and is not deleted yet. */
          delete: z.boolean().default(false),
          outputs: z.record(z.string(), z.unknown()).default({}),
        }),
      )
      .default([]),
  }),
});
/** A secret has its value as JSON. */
const asJson = z.union([
  z.string().transform((value) => JSON.stringify(value)),
  z.object({ plaintext: z.string() }).transform(({ plaintext }) => plaintext),
]);

/**
 * Reads the state of a stack of this project from a backend that is a folder, with encrypted secrets. A run of the CLI
 * takes half a second to say the same.
 */
export function readState(backend: string, stack: string): State {
  const path = join(backend, ".pulumi", "stacks", "dokomodo", `${stack}.json`);
  return file.parse(JSON.parse(readFileSync(path, "utf8"))).checkpoint.latest;
}

/** The outputs of a notary, or of a node with a key. Throws if the stack has no key of that name. */
export function outputsOf({ resources }: State, name: string): KeyOutputs {
  const stack = resources.find(({ type }) => type === STACK_TYPE);
  const { notaries, nodes } = outputs.parse(stack?.outputs);
  const found = notaries[name] ?? nodes[name];
  if (found === undefined) throw new Error(`The stack has no outputs of ${name}.`);
  return key.parse(found);
}

/**
 * The values of one output of each type of resource, as JSON, keyed by URN.
 * @param state what `pulumi stack export --show-secrets` printed
 * @param outputByType the output's name, keyed by the resource's type
 */
export function secretsIn(
  state: string,
  outputByType: Readonly<Record<string, string>>,
): Record<string, string> {
  const { resources } = exported.parse(JSON.parse(state)).deployment;
  return Object.fromEntries(
    resources.flatMap(({ urn, type, delete: isReplaced, outputs }): [string, string][] => {
      const output = outputByType[type];
      if (output === undefined || isReplaced) return [];
      return [[urn, asJson.parse(outputs[output] ?? "")]];
    }),
  );
}
