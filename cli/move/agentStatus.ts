import { z } from "zod";
import type { Node, Notary } from "../../notary/types";
import type { Operations } from "../../platforms/operations";
import { askAgent } from "../running/askAgent";
import { readerOf } from "../running/parts";

const status = z.object({
  iguana: z.object({ state: z.string(), detail: z.string().optional() }).optional(),
  lease: z.object({ state: z.string(), detail: z.string().optional() }).optional(),
  coins: z.record(z.string(), z.object({ chainHeight: z.number().nullish() })),
});

/** What an agent says of its Iguana and of its chains. */
export type AgentStatus = z.infer<typeof status>;

const ANSWER_MILLISECONDS = 10_000;

/**
 * Asks the agent of a notary or node for its status, which knows of a new height within 3 s. Its readings are older.
 * Undefined if it has none, or does not answer.
 */
export async function agentStatus(
  node: Node | Notary,
  operations: Operations,
): Promise<AgentStatus | undefined> {
  const agent = readerOf(node);
  if (agent === undefined) return undefined;
  try {
    const signal = AbortSignal.timeout(ANSWER_MILLISECONDS);
    const { output } = await askAgent(operations, agent, ["status"], signal);
    return status.parse(JSON.parse(output));
  } catch {
    return undefined;
  }
}
