import { z } from "zod";
import type { Effect, PlannedStep, ProcessEffect } from "../plannedStep";

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";

const containerShape = z.object({
  image: z.string().optional(),
  destroyGraceSeconds: z.number().optional(),
});

/** What a step means for containers and volumes of Docker hosts. */
export function readDockerStep(step: PlannedStep): readonly Effect[] {
  if (step.type === CONTAINER) return [processes(step)];
  if (step.type === VOLUME) return volume(step);
  return [];
}

function processes({ op, name, before, after, changed }: PlannedStep): ProcessEffect {
  const [old, next] = [before, after].map((state) => containerShape.safeParse(state?.inputs).data ?? {});
  const from = old?.image;
  const to = next?.image;
  const isOther = from !== undefined && to !== undefined && from !== to;
  return {
    kind: "processes",
    // A change in place stops nothing. It starts what somebody has stopped (docs/internals/pulumi.md, a stopped container).
    fate: op === "update" ? (changed.includes("mustRun") ? "starts" : "stays") : FATES[op],
    graceSeconds: old?.destroyGraceSeconds,
    images: isOther ? [{ container: name, from, to }] : [],
  };
}

const FATES = { create: "starts", replace: "restarts", delete: "ends" } as const;

function volume({ op, before, after }: PlannedStep): readonly Effect[] {
  if (op === "create") return [{ kind: "volume", fate: "made" }];
  const isElsewhere = after !== undefined && before?.provider !== after.provider;
  // With another provider Pulumi changes its state only. The engine of the new host makes a volume for the container.
  if (op === "update") return isElsewhere ? [{ kind: "volume", fate: "moved" }] : [];
  if (before?.isRetained !== true) return [{ kind: "volume", fate: "lost" }];
  return [{ kind: "volume", fate: isElsewhere ? "moved" : "kept" }];
}
