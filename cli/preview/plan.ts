import { z } from "zod";

/** What a workload is for those who use it. */
const use = z.enum(["daemon", "iguana", "other"]);

const image = z.object({
  container: z.string().describe("The container, such as `east-beer`."),
  from: z.string(),
  to: z.string(),
});

const workload = z.object({
  name: z.string().describe("Such as `east-beer`."),
  what: z.string().describe("For people: `chain BEER of notary east`."),
  use: use.describe(
    "`daemon` of a chain, `iguana`, or another one: an agent, a witness, a gateway, a restarter.",
  ),
  symbol: z.string().optional().describe("The chain of a daemon, unless the plan removes it."),
  fate: z
    .enum(["new", "starts", "restarts", "moves", "removed", "stays"])
    .describe(
      "What becomes of it. `new`: it is not there yet. `starts`: somebody had stopped it. `restarts`: it ends and starts again. `moves`: it ends, and starts on another host. `removed`: it ends for good. `stays`: only what is beside it, or what can be changed while it runs, is changed.",
    ),
  host: z.string().optional().describe("The host that it is on afterwards, or was on before it is removed."),
  from: z.string().optional().describe("The host that it moves from."),
  graceSeconds: z.number().optional().describe("Seconds that it has to end, if it ends."),
  replaced: z
    .array(z.string())
    .describe(
      "Containers of it that are replaced, or made because they are gone, without the one that it is there for.",
    ),
  images: z.array(image).describe("Images that are others afterwards."),
});

const volume = z.object({
  workload: z.string(),
  fate: z
    .enum(["made", "moved", "kept", "lost"])
    .describe(
      "`made`: it begins empty, unless it is there from before. `moved`: another one is made on the new host, and the old one stays on the old host. `kept`: the stack gives it up, and it stays where it is. `lost`: it is removed with its data.",
    ),
});

const secret = z.object({
  owner: z.string().describe("The workload, node or client whose secret it is."),
  what: z.enum(["password", "key", "certificate", "authority"]),
  fate: z
    .enum(["new", "rotates", "removed"])
    .describe(
      "`new`: of something that is new itself. `rotates`: it takes the place of another one. `removed`: it counts no more.",
    ),
});

const synced = z.object({
  symbol: z.string(),
  owner: z.string().describe("For people: `notary east`."),
  workload: z.string(),
  bootstrap: z.boolean().describe("Whether it begins with the archive that the config names."),
  height: z
    .number()
    .optional()
    .describe("How many blocks the chain has, if another node of the stack knows it."),
  bytes: z
    .number()
    .optional()
    .describe("How much its blocks and state take on a disk now, if that is known."),
});

const other = z.object({
  type: z.string().describe("Such as `docker:Container`."),
  name: z.string(),
  op: z.enum(["create", "update", "replace", "delete"]),
});

/** What a plan means, as `dokomodo preview --json` prints it. Docs: docs/reference/plan.schema.json. */
export const planShape = z.object({
  stack: z.string(),
  steps: z
    .object({ create: z.number(), update: z.number(), replace: z.number(), delete: z.number() })
    .describe("How many resources Pulumi makes, changes, replaces and removes."),
  hosts: z.array(z.object({ name: z.string(), fate: z.enum(["new", "changed", "removed"]) })),
  workloads: z.array(workload),
  stops: z.object({
    count: z.number().describe("How many daemons and Iguanas end."),
    atOnce: z.number().describe("How many of them may be down at the same time."),
    waitSeconds: z.number().describe("How long an `up` waits until one that was replaced takes calls."),
  }),
  volumes: z.array(volume),
  syncs: z.array(synced).describe("Chains that begin without data."),
  secrets: z.array(secret),
  others: z.array(other).describe("Resources that are of no workload, and no secret of one."),
  needs: z
    .array(z.enum(["data-loss", "stops"]))
    .describe("What `--allow` has to name before the plan counts as allowed."),
});

export type Plan = z.output<typeof planShape>;
export type WorkloadChange = z.output<typeof workload>;
export type VolumeChange = z.output<typeof volume>;
export type SecretChange = z.output<typeof secret>;
export type SyncedChain = z.output<typeof synced>;
export type Allowance = Plan["needs"][number];
