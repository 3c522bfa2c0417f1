import { z } from "zod";
import type { PlannedState, PlannedStep } from "../../platforms/plannedStep";
import { nameOf, providerName, typeOf } from "../urn";

/** A step of a plan, with what its resource is a part of. */
export interface PlanStep extends PlannedStep {
  readonly urn: string;
  /** Name and type of the resource's parent, such as `east-beer` and `dokomodo:index:Assetchain`. */
  readonly parent: { readonly name: string; readonly type: string };
}

const state = z.object({
  parent: z.string().default(""),
  provider: z.string().default(""),
  retainOnDelete: z.boolean().default(false),
  inputs: z.record(z.string(), z.unknown()).nullish(),
});

const event = z.object({
  resourcePreEvent: z
    .object({
      metadata: z.object({
        op: z.string(),
        urn: z.string(),
        type: z.string(),
        old: state.nullish(),
        new: state.nullish(),
        diffs: z.array(z.string()).nullish(),
        detailedDiff: z.record(z.string(), z.unknown()).nullish(),
      }),
    })
    .optional(),
});
type Metadata = NonNullable<z.output<typeof event>["resourcePreEvent"]>["metadata"];

/**
 * The engine's names for what it does. It tells a replacement three times, as `replace`, `create-replacement` and
 * `delete-replaced`, of which the first one counts. With `import` something that is there is taken over.
 */
const OPS: Readonly<Record<string, PlannedStep["op"]>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  "import-replacement": "replace",
  delete: "delete",
};

/**
 * The steps of a plan that change something, in the engine's order, out of the events that Pulumi logs
 * (docs/internals/pulumi.md, the event log).
 * @param log a JSON object on each line
 */
export function parseSteps(log: string): PlanStep[] {
  return log
    .split("\n")
    .filter((line) => line.trim() !== "")
    .flatMap((line) => {
      const { resourcePreEvent } = event.parse(JSON.parse(line));
      const step = resourcePreEvent === undefined ? undefined : stepOf(resourcePreEvent.metadata);
      return step === undefined ? [] : [step];
    });
}

function stepOf({ op, urn, type, old, new: next, diffs, detailedDiff }: Metadata): PlanStep | undefined {
  const before = old == null ? undefined : stateOf(old);
  const after = next == null || op === "delete" ? undefined : stateOf(next);
  // A resource with another provider and the same inputs stays the same for the engine (docs/internals/pulumi.md, another
  // provider). A volume on another host is another volume.
  const isElsewhere = op === "same" && before?.provider !== after?.provider;
  const done = isElsewhere ? "update" : OPS[op];
  if (done === undefined) return undefined;
  const paths = Object.keys(detailedDiff ?? {});
  const parent = next?.parent || old?.parent || "";
  return {
    op: done,
    urn,
    type,
    name: nameOf(urn),
    parent: { name: nameOf(parent), type: typeOf(parent) },
    before,
    after,
    changed: paths.length > 0 ? paths : (diffs ?? []),
  };
}

function stateOf({ provider, retainOnDelete, inputs }: z.output<typeof state>): PlannedState {
  return { provider: providerName(provider), inputs: inputs ?? {}, isRetained: retainOnDelete };
}
