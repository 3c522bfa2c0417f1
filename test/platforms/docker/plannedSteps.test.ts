import { expect, test } from "vitest";
import { readDockerStep } from "../../../platforms/docker/plannedSteps";
import type { PlannedStep } from "../../../platforms/plannedStep";

const at = (provider: string, inputs: Record<string, unknown> = {}, isRetained = false) => ({
  provider,
  inputs,
  isRetained,
});
const step = (
  op: PlannedStep["op"],
  kind: "container" | "volume",
  more: Partial<PlannedStep>,
): PlannedStep => ({
  op,
  type: kind === "container" ? "docker:index/container:Container" : "docker:index/volume:Volume",
  name: "east-beer",
  changed: [],
  ...more,
});
const container = at("alpha", { image: "komodo:1", destroyGraceSeconds: 930 });

test.each([
  [
    "a new container starts",
    step("create", "container", { after: container }),
    { fate: "starts", images: [] },
  ],
  [
    "a replaced one restarts, in another image",
    step("replace", "container", {
      before: container,
      after: at("alpha", { image: "komodo:2" }),
      changed: ["image"],
    }),
    {
      fate: "restarts",
      graceSeconds: 930,
      images: [{ container: "east-beer", from: "komodo:1", to: "komodo:2" }],
    },
  ],
  [
    "one that is changed in place goes on",
    step("update", "container", { before: container, after: container, changed: ["memory"] }),
    { fate: "stays", graceSeconds: 930, images: [] },
  ],
  [
    "one that somebody stopped is started",
    step("update", "container", { before: container, after: container, changed: ["mustRun"] }),
    { fate: "starts", graceSeconds: 930, images: [] },
  ],
  [
    "a removed one ends",
    step("delete", "container", { before: container }),
    { fate: "ends", graceSeconds: 930, images: [] },
  ],
])("%s", (_, planned, expected) => {
  expect(readDockerStep(planned)).toEqual([{ kind: "processes", ...expected }]);
});

test.each([
  ["a new volume", step("create", "volume", { after: at("alpha") }), "made"],
  ["one that is given up and kept", step("delete", "volume", { before: at("alpha", {}, true) }), "kept"],
  ["one that is removed", step("delete", "volume", { before: at("alpha") }), "lost"],
  [
    "one that is made on another host, and kept",
    step("replace", "volume", { before: at("alpha", {}, true), after: at("beta", {}, true) }),
    "moved",
  ],
  [
    "one that is the same for Pulumi, on another host",
    step("update", "volume", { before: at("alpha"), after: at("beta") }),
    "moved",
  ],
  [
    "one that is replaced and not kept",
    step("replace", "volume", { before: at("alpha"), after: at("beta") }),
    "lost",
  ],
])("%s", (_, planned, fate) => {
  expect(readDockerStep(planned)).toEqual([{ kind: "volume", fate }]);
});

test("says nothing of a volume that is changed where it is", () => {
  expect(readDockerStep(step("update", "volume", { before: at("alpha"), after: at("alpha") }))).toEqual([]);
});

test("says nothing of other resources", () => {
  expect(readDockerStep({ ...step("create", "volume", {}), type: "docker:index/network:Network" })).toEqual(
    [],
  );
});
