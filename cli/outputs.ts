import { z } from "zod";
import { runPulumi } from "./pulumi";
import { chooseStack } from "./stack";

const access = z.object({
  certificate: z.string(),
  privateKey: z.string(),
  authority: z.string(),
  /** `name` is the name that the certificate of whoever answers has to have. */
  address: z.object({ name: z.string(), hostname: z.string(), port: z.number() }),
});
const clientAccess = z.object({ ...access.shape, chains: z.record(z.string(), z.number()) });
const node = z.object({
  operator: access.optional(),
  clients: z.record(z.string(), clientAccess).optional(),
});
const outputs = z.object({
  notaries: z.record(z.string(), node).default({}),
  nodes: z.record(z.string(), node).default({}),
});

/** How somebody reaches a workload from elsewhere, as the stack's outputs say. */
export type Access = z.infer<typeof access>;

/** How a client reaches a node's chains. `chains` has the RPC port of each, keyed by symbol. */
export type ClientAccess = z.infer<typeof clientAccess>;

/** What the stack's outputs say of a notary or node. */
export type NodeOutputs = z.infer<typeof node>;

export interface Outputs {
  /** The stack's name. */
  readonly stack: string;
  /** Keyed by the notary's name. */
  readonly notaries: Readonly<Record<string, NodeOutputs>>;
  /** The nodes without Iguana, keyed by name. */
  readonly nodes: Readonly<Record<string, NodeOutputs>>;
}

/** Reads the outputs of a stack, which Pulumi's CLI decrypts. */
export async function readOutputs(asked: string | undefined): Promise<Outputs> {
  const { name: stack } = chooseStack({ asked });
  const text = await runPulumi(["stack", "output", "--json", "--show-secrets"], { stack });
  return { stack, ...parseOutputs(text, stack) };
}

/**
 * Reads the outputs. The parser's own error is not passed on, because it may quote the text, which holds private keys.
 */
export function parseOutputs(text: string, stack: string): Omit<Outputs, "stack"> {
  try {
    return outputs.parse(JSON.parse(text));
  } catch {
    throw new Error(
      `this version of dokomodo cannot read the outputs of stack ${stack}; run pulumi up, which writes them anew`,
    );
  }
}
