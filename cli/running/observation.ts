import { z } from "zod";
import { everyNode, type Stack } from "../../config/stack";
import { messageOf } from "../../input/messageOf";
import { ownerText } from "../../notary/names";
import type { Node, Notary } from "../../notary/types";
import type { Operations, SeenHost, Sight } from "../../platforms/operations";
import type { AgentReadings } from "../../readings/agent";
import { askAgent, UNKNOWN_COMMAND } from "./askAgent";
import { readerOf } from "./parts";

/** All that one look at a stack shows. */
export interface Observation extends Sight {
  readonly at: Date;
  readonly nodes: readonly ObservedNode[];
}

export interface ObservedNode {
  readonly node: Node | Notary;
  /** What its agent says; absent if nobody reads its chains, or if that cannot be had. */
  readonly readings?: AgentReadings | undefined;
  /** Why there are no readings, for people. */
  readonly problem?: string | undefined;
}

/** Seconds in which an agent has to answer. It answers from memory, and its program starts in a fraction of one. */
const ANSWER_SECONDS = 5;

/** Looks at all hosts, and asks all agents, at the same time. What does not answer costs its own lines only. */
export async function observe(
  stack: Pick<Stack, "notaries" | "nodes">,
  operations: Operations,
): Promise<Observation> {
  const [sight, nodes] = await Promise.all([
    operations.look(),
    Promise.all(everyNode(stack).map((node) => askReader(node, operations))),
  ]);
  return { ...sight, at: new Date(), nodes: nodes.map((each) => withHostProblem(each, sight.hosts)) };
}

/** A host that is away says more than what a call of its agent ended with. */
function withHostProblem(observed: ObservedNode, hosts: readonly SeenHost[]): ObservedNode {
  const { node, readings } = observed;
  const isAway = hosts.some(({ name, problem }) => name === node.host && problem !== undefined);
  if (readings !== undefined || !isAway) return observed;
  return { node, problem: `${ownerText(node)}'s agent is on host ${node.host}, which does not answer` };
}

async function askReader(node: Node | Notary, operations: Operations): Promise<ObservedNode> {
  const reader = readerOf(node);
  if (reader === undefined) return { node };
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ANSWER_SECONDS * 1000);
  try {
    const { code, output, errors } = await askAgent(operations, reader, ["readings"], late.signal);
    if (late.signal.aborted) return { node, problem: tooLate(node) };
    if (code !== 0) return { node, problem: refusal(node, code, errors) };
    return { node, readings: agentReadings.parse(JSON.parse(output)) };
  } catch (error) {
    if (late.signal.aborted) return { node, problem: tooLate(node) };
    const why =
      error instanceof z.ZodError || error instanceof SyntaxError ? OTHER_RELEASE : messageOf(error);
    return { node, problem: `${ownerText(node)}'s agent: ${why}` };
  } finally {
    clearTimeout(timer);
  }
}

const OTHER_RELEASE =
  "its readings are of another release of dokomodo than this one. Run `pulumi up`, which replaces it";

function tooLate(node: Node | Notary): string {
  return `${ownerText(node)}'s agent did not answer in ${ANSWER_SECONDS} s`;
}

function refusal(node: Node | Notary, code: number, said: string): string {
  const why = code === UNKNOWN_COMMAND ? OTHER_RELEASE : said.trim().slice(0, 300) || `it ended with ${code}`;
  return `${ownerText(node)}'s agent: ${why}`;
}

const optional = <T extends z.ZodType>(type: T) => type.optional();
const number = z.number();
const text = z.string();

/** What an agent hands over (readings/agent.ts). Keys of later releases are left out. */
const agentReadings: z.ZodType<AgentReadings> = z.object({
  at: text,
  publicKey: optional(text),
  chains: z.record(
    text,
    z.object({
      at: optional(text),
      silence: optional(
        z.object({
          kind: z.enum(["link", "down", "silent", "loading", "password", "error"]),
          detail: text,
          since: text,
        }),
      ),
      network: optional(text),
      latencyMilliseconds: optional(number),
      height: optional(number),
      heightSince: optional(text),
      headers: optional(number),
      bestKnown: optional(number),
      tipTime: optional(text),
      peers: optional(number),
      verificationProgress: optional(number),
      fork: optional(z.object({ length: number, status: text })),
      sizeOnDisk: optional(number),
      address: optional(text),
      balance: optional(number),
      coins: optional(number),
      hasKey: optional(z.boolean()),
      isWalletLocked: optional(z.boolean()),
      notaryUtxos: optional(
        z.object({
          count: number,
          locked: number,
          low: optional(number),
          high: optional(number),
          next: optional(text),
          lastSplit: optional(text),
        }),
      ),
      notarisedTo: optional(text),
      lastNotarisation: optional(z.object({ height: number, txid: optional(text) })),
      version: optional(text),
      warning: optional(text),
    }),
  ),
  iguana: optional(
    z.object({
      state: text,
      detail: optional(text),
      since: text,
      lease: z.object({ state: text, detail: optional(text), remainingSeconds: optional(number) }),
      chains: number,
      notarised: number,
      heights: z.record(text, number),
    }),
  ),
  certificates: z.record(text, number),
  warnings: z.array(text),
});
