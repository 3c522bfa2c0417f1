import Table from "cli-table3";
import { z } from "zod";

/** What a notary's agent answers on /status (runtime/agent/StatusBoard.ts). */
export const agentStatus = z.object({
  publicKey: z.string(),
  // Agents of earlier versions do not report a lease.
  lease: z.object({ state: z.string(), detail: z.string().optional() }).optional(),
  iguana: z.object({ state: z.string(), detail: z.string().optional() }),
  // Agents of earlier versions do not report warnings.
  warnings: z.array(z.string()).optional(),
  coins: z.record(
    z.string(),
    z.object({
      state: z.string(),
      // Both are null until they are known.
      chainHeight: z.number().nullable(),
      iguanaHeight: z.number().nullable(),
      address: z.string(),
      detail: z.string().optional(),
      // Absent where no bounds are stated for them.
      utxos: z
        .object({ count: z.number(), unconfirmed: z.number(), locked: z.number(), next: z.string() })
        .optional(),
    }),
  ),
});
export type AgentStatus = z.infer<typeof agentStatus>;

/** Asks a notary's agent on this machine's own engine; undefined while it does not answer. */
export async function readStatus(notary: string): Promise<AgentStatus | undefined> {
  const { execa } = await import("execa");
  const agent = ["node", "/run/dokomodo/agent/agent.cjs", "status"];
  const { stdout, failed } = await execa("docker", ["exec", `${notary}-iguana-agent`, ...agent], {
    reject: false,
  });
  return failed ? undefined : agentStatus.parse(JSON.parse(stdout));
}

/** Whether Iguana is at the height of the daemon for every chain. */
export function isWhole({ coins }: AgentStatus): boolean {
  return Object.values(coins).every(
    ({ state, chainHeight, iguanaHeight }) =>
      state === "ready" && chainHeight !== null && chainHeight === iguanaHeight,
  );
}

/** The status as text for a terminal: a title, a table of the chains, and what is wrong. */
export function formatStatus(
  notary: string,
  { publicKey, lease, iguana, coins, warnings = [] }: AgentStatus,
): string {
  const table = new Table({
    head: ["chain", "height", "Iguana sees", "state", "address"],
    style: { head: [], border: [] },
  });
  for (const [symbol, coin] of Object.entries(coins)) {
    const state = coin.detail === undefined ? coin.state : `${coin.state}: ${coin.detail}`;
    table.push([symbol, coin.chainHeight ?? "-", coin.iguanaHeight ?? "-", state, coin.address]);
  }
  const outdated = iguana.state === "outdated" ? [`Its Iguana is told nothing: ${iguana.detail}`] : [];
  const warned = warnings.map((warning) => `Warning: ${warning}`);
  const title = `Notary ${notary}, public key ${publicKey}`;
  return [title, ...leaseLines(lease), ...outdated, table.toString(), ...warned].join("\n");
}

/** Why the lease keeps Iguana from being brought up, if it does. */
function leaseLines(lease: AgentStatus["lease"]): string[] {
  if (lease === undefined || lease.state === "held" || lease.state === "none-asked") return [];
  const state = lease.state === "lost" ? "was lost" : "is not held yet";
  return [`Its lease ${state}${lease.detail === undefined ? "" : `: ${lease.detail}`}`];
}
