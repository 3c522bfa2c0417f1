import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Effect, ImageEffect, PlannedState, PlannedStep, ProcessEffect } from "../plannedStep";

const SET = "kubernetes:apps/v1:StatefulSet";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";

const container = z.object({ name: z.string(), image: z.string() });
const setShape = z.object({
  spec: z.object({
    replicas: z.number().optional(),
    volumeClaimTemplates: z.array(z.unknown()).optional(),
    persistentVolumeClaimRetentionPolicy: z.object({ whenDeleted: z.string() }).optional(),
    template: z.object({
      spec: z.object({
        containers: z.array(container).default([]),
        initContainers: z.array(container).default([]),
        terminationGracePeriodSeconds: z.number().optional(),
      }),
    }),
  }),
});
type SetSpec = z.output<typeof setShape>["spec"];

/** What a step means for the pods and claims of a cluster. */
export function readKubernetesStep(step: PlannedStep): readonly Effect[] {
  const { op, type, before } = step;
  if (type === CLAIM && op !== "create" && op !== "update") {
    return [{ kind: "volume", fate: before?.isRetained === true ? "kept" : "lost" }];
  }
  if (type !== SET) return [];
  return [processes(step), ...claims(step)];
}

function processes(step: PlannedStep): ProcessEffect {
  const [old, next] = [specOf(step.before), specOf(step.after)];
  return {
    kind: "processes",
    fate: fateOf(step, old, next),
    graceSeconds: old?.template.spec.terminationGracePeriodSeconds,
    images: imagesOf(old, next),
  };
}

function fateOf(
  { op, before, after, changed }: PlannedStep,
  old: SetSpec | undefined,
  next: SetSpec | undefined,
): ProcessEffect["fate"] {
  if (op === "create") return "starts";
  if (op === "delete") return "ends";
  if (op === "replace") return "restarts";
  // The cluster makes a pod anew when its template has changed.
  const isOther =
    changed.length > 0
      ? changed.some((path) => path.startsWith("spec.template"))
      : !isDeepStrictEqual(templateOf(before), templateOf(after));
  const runs = ({ replicas = 1 }: Pick<SetSpec, "replicas">) => replicas > 0;
  if (old !== undefined && !runs(old)) return next !== undefined && runs(next) ? "starts" : "stays";
  return isOther ? "restarts" : "stays";
}

function claims({ op, before, after }: PlannedStep): readonly Effect[] {
  const { volumeClaimTemplates = [], persistentVolumeClaimRetentionPolicy: policy } =
    specOf(before) ?? specOf(after) ?? {};
  if (volumeClaimTemplates.length === 0) return [];
  if (op === "create") return [{ kind: "volume", fate: "made" }];
  if (op !== "delete") return [];
  return [{ kind: "volume", fate: policy?.whenDeleted === "Delete" ? "lost" : "kept" }];
}

function imagesOf(old: SetSpec | undefined, next: SetSpec | undefined): ImageEffect[] {
  const [before, after] = [old, next].map((spec) => {
    const { containers = [], initContainers = [] } = spec?.template.spec ?? {};
    return [...initContainers, ...containers];
  });
  return (before ?? []).flatMap(({ name, image: from }) => {
    const to = after?.find((each) => each.name === name)?.image;
    return to === undefined || to === from ? [] : [{ container: name, from, to }];
  });
}

function specOf(state: PlannedState | undefined): SetSpec | undefined {
  return setShape.safeParse(state?.inputs).data?.spec;
}

const templateShape = z.object({ spec: z.object({ template: z.unknown() }) });

function templateOf(state: PlannedState | undefined): unknown {
  return templateShape.safeParse(state?.inputs).data?.spec.template;
}
