import { z } from "zod";
import type { BegunResource } from "../../platforms/leftovers";
import { askPulumi, pulumiError, type StackCommand } from "../pulumi";
import { showPulumi } from "../showPulumi";
import { nameOf, providerName, shortType } from "../urn";

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  provider: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
});
const exportedStack = z.object({
  deployment: z.object({
    resources: z.array(resource).optional(),
    pending_operations: z.array(z.object({ resource, type: z.string() })).optional(),
  }),
});

/** What a run was doing when it was interrupted. */
export interface Interrupted {
  /** What it had begun, for people: `creating docker:Container east-beer`. */
  readonly operations: readonly string[];
  /** What it had begun to make. */
  readonly begun: readonly BegunResource[];
  /** The ids of all resources in the state. */
  readonly known: ReadonlySet<string>;
}

/** Reads from a stack's state what its last run left unfinished; undefined if that is nothing. */
export async function readInterrupted({ stack, ...cli }: StackCommand): Promise<Interrupted | undefined> {
  const args = ["stack", "export"];
  const answer = await askPulumi([...args, "--stack", stack], cli);
  if (!answer.ok) throw pulumiError(args, answer, stack);
  return parseInterrupted(JSON.parse(answer.stdout));
}

/** Reads what `pulumi stack export` prints. */
export function parseInterrupted(exported: unknown): Interrupted | undefined {
  const { resources = [], pending_operations: pending = [] } = exportedStack.parse(exported).deployment;
  if (pending.length === 0) return undefined;
  return {
    operations: pending.map(({ resource: { urn, type }, type: doing }) => {
      return `${doing} ${shortType(type)} ${nameOf(urn)}`;
    }),
    begun: pending.flatMap(({ resource: { type, provider = "", inputs }, type: doing }) => {
      return doing === "creating" ? [{ type, host: providerName(provider), inputs }] : [];
    }),
    known: new Set(resources.flatMap(({ id }) => (id === undefined ? [] : [id]))),
  };
}

/** Lets Pulumi look at all that the state has, and forget what it had begun to make. Shows what it says. */
export async function refresh({ stack, ...cli }: StackCommand): Promise<void> {
  const args = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--non-interactive"];
  const ended = await showPulumi([...args, "--stack", stack], cli);
  if (ended === "done") return;
  throw new Error(
    `the state of stack ${stack} still has what the interrupted run had begun, because \`pulumi refresh\` did not succeed, as is said above. Correct that, and run this again`,
  );
}
