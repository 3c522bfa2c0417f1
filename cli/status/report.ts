import { z } from "zod";

const level = z
  .enum(["good", "doubtful", "bad"])
  .describe("How well it is. `doubtful` works now and should be looked at.");
const finding = z.strictObject({
  of: z.string().describe("What was judged, such as `lag`, `peers`, `disk` or `state`."),
  level: z.enum(["doubtful", "bad"]),
  text: z.string().describe("What was seen, for people."),
});
const findings = z.array(finding).describe("What is not as it should be.");
const bytes = z.number().describe("Bytes.");
const lastExit = z
  .strictObject({
    code: z.int(),
    at: z.iso.datetime().optional().describe("When it ended."),
    outOfMemory: z.boolean().describe("Whether the kernel killed it because it reached its limit of memory."),
  })
  .optional()
  .describe("How its process ended last. It is absent if it never did.");
const restarts = z
  .int()
  .optional()
  .describe("How often the platform has started it again since it was deployed.");
const where = {
  node: z.string().describe("The notary or node that it is of."),
  host: z.string().optional().describe("Its host. It is absent for a daemon that somebody else runs."),
};

const host = z.strictObject({
  name: z.string(),
  level,
  version: z.string().optional().describe("What the platform is there, such as `Docker 28.5.2`."),
  memory: z
    .strictObject({ totalBytes: bytes, availableBytes: bytes.optional() })
    .optional()
    .describe("The machine's memory."),
  plannedMemoryBytes: bytes.describe("The sum of the memory limits of all that the stack places there."),
  disk: z
    .strictObject({ totalBytes: bytes, freeBytes: bytes })
    .optional()
    .describe("The disk that has the volumes."),
  clockAheadSeconds: z.number().optional().describe("Seconds by which its clock is ahead of this machine's."),
  findings,
});

const iguana = z.strictObject({
  ...where,
  level,
  state: z
    .string()
    .describe("As the agent names it, such as `ready` or `waiting-for-lease`; or as a container's."),
  lease: z.string().optional().describe("`held`, `waiting`, `lost`, `leaving` or `none-asked`."),
  leaseSeconds: z.number().optional().describe("Seconds for which the lease counts without a renewal."),
  chains: z.int().optional().describe("How many chains Iguana was told of."),
  notarised: z.int().optional().describe("How many of them it notarises."),
  restarts,
  lastExit,
  findings,
});

const chain = z.strictObject({
  ...where,
  symbol: z.string(),
  level,
  state: z
    .string()
    .describe(
      "`synced`, `syncing`, `loading`, `silent`, `stopped`, `held`, `waiting`, `starting`, `missing`, `host-down`, `unread`, or why the daemon does not answer.",
    ),
  height: z.int().optional(),
  lag: z.int().optional().describe("Blocks behind the best height that is known."),
  peers: z.int().optional(),
  balance: z.number().optional().describe("What the node's address can spend, in coins."),
  utxos: z.int().optional().describe("Notary UTXOs."),
  lastNotarisation: z.int().optional().describe("The last height that was notarised."),
  restarts,
  lastExit,
  sizeOnDisk: bytes.optional().describe("Bytes of blocks and state, as the daemon states them."),
  version: z.string().optional().describe("The daemon's own name for its version."),
  readAt: z.iso.datetime().optional().describe("When the daemon last answered."),
  findings,
});

const other = z.strictObject({
  ...where,
  name: z.string().describe("The container's name in the platform's own commands."),
  level,
  findings,
});

/** What `dokomodo status --json` prints. */
export const statusReport = z.strictObject({
  schema: z.literal(1).describe("The version of this form. Keys may be added without a new one."),
  stack: z.string(),
  at: z.iso.datetime().describe("When it was looked."),
  level,
  problems: z.array(z.string()).describe("Why something could not be seen, for people."),
  hosts: z.array(host),
  iguanas: z.array(iguana).describe("One for each notary."),
  chains: z.array(chain).describe("One for each chain of each notary and node."),
  others: z.array(other).describe("Proxies, gateways, witnesses and so on that are not as they should be."),
});

export type StatusReport = z.output<typeof statusReport>;
export type HostStatus = z.output<typeof host>;
export type IguanaStatus = z.output<typeof iguana>;
export type ChainStatus = z.output<typeof chain>;
export type OtherStatus = z.output<typeof other>;
