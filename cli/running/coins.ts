import { z } from "zod";
import { everyNode, type Stack } from "../../config/stack";
import type { ContainerAddress, Operations } from "../../platforms/operations";
import type { CoinsAnswer } from "../../readings/coinsAnswer";
import { askAgent, UNKNOWN_COMMAND } from "./askAgent";
import { readerOf } from "./parts";

/** What an agent is asked to do with the coins of its key. */
export interface CoinsRequest {
  readonly command: "split" | "consolidate";
  readonly symbol: string;
  /** Further arguments, such as `--to 50`. They do not have `--make`. */
  readonly options: readonly string[];
}

/** Finds the container of the agent that has the key of the one node with this chain. */
export function agentFor(
  stack: Pick<Stack, "notaries" | "nodes">,
  symbol: string,
  asked: string | undefined,
): ContainerAddress {
  const having = everyNode(stack).filter(
    ({ name, chains }) =>
      (asked === undefined || name === asked) && chains.some(({ chain }) => chain.symbol === symbol),
  );
  const [node, ...others] = having;
  if (node === undefined)
    throw new Error(
      `no notary or node${asked === undefined ? "" : ` ${asked}`} has ${symbol}; \`dokomodo chain list\` shows which have what`,
    );
  if (others.length > 0)
    throw new Error(
      `several have ${symbol}: ${having.map(({ name }) => name).join(", ")}; name one of them with --node`,
    );
  const reader = readerOf(node);
  if (reader === undefined) throw new Error(`${node.name} has no agent, so it has no key to work with`);
  return reader;
}

/** Asks an agent what it would make, or to make it. Throws with what keeps it from that. */
export async function askForCoins(
  agent: ContainerAddress,
  { command, symbol, options }: CoinsRequest,
  makes: boolean,
  operations: Operations,
): Promise<CoinsAnswer> {
  const args = [command, symbol, ...options, ...(makes ? ["--make"] : [])];
  const { code, output, errors } = await askAgent(operations, agent, args);
  if (code === 0) return coinsAnswer.parse(JSON.parse(output));
  const said = errors.trim().replace(/^agent: /, "");
  if (code === UNKNOWN_COMMAND && said.startsWith("unknown command"))
    throw new Error(
      `the agent of ${symbol} is of an earlier release of dokomodo. Run \`pulumi up\`, which replaces it`,
    );
  throw new Error(said === "" ? `the agent's command ended with ${code}` : said);
}

const coinsAnswer: z.ZodType<CoinsAnswer> = z.object({
  symbol: z.string(),
  text: z.array(z.string()),
  transactions: z.array(
    z.object({
      inputs: z.number(),
      value: z.number(),
      outputs: z.number(),
      fee: z.number(),
      txid: z.string().optional(),
    }),
  ),
});
