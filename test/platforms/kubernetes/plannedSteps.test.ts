import { expect, test } from "vitest";
import { readKubernetesStep } from "../../../platforms/kubernetes/plannedSteps";
import type { PlannedStep } from "../../../platforms/plannedStep";

interface SetSpec {
  readonly image?: string;
  readonly replicas?: number;
  readonly whenDeleted?: string;
  readonly label?: string;
  readonly claims?: number;
}

const set = ({
  image = "komodo:1",
  replicas = 1,
  whenDeleted = "Retain",
  label = "a",
  claims = 1,
}: SetSpec = {}) => ({
  provider: "cluster",
  isRetained: false,
  inputs: {
    metadata: { labels: { label } },
    spec: {
      replicas,
      persistentVolumeClaimRetentionPolicy: { whenDeleted },
      volumeClaimTemplates: Array.from({ length: claims }, () => ({})),
      template: {
        spec: {
          terminationGracePeriodSeconds: 940,
          initContainers: [{ name: "provision", image: "node:1" }],
          containers: [
            { name: "daemon", image },
            { name: "proxy", image: "haproxy:1" },
          ],
        },
      },
    },
  },
});
const step = (op: PlannedStep["op"], more: Partial<PlannedStep>): PlannedStep => ({
  op,
  type: "kubernetes:apps/v1:StatefulSet",
  name: "east-beer",
  changed: [],
  ...more,
});
const processes = (fate: string, images: readonly object[] = []) => ({
  kind: "processes",
  fate,
  images,
  graceSeconds: 940,
});
const begins = { ...processes("starts"), graceSeconds: undefined };

test.each([
  ["a new set starts", step("create", { after: set() }), [begins, { kind: "volume", fate: "made" }]],
  [
    "one with another template restarts its pod",
    step("update", {
      before: set(),
      after: set({ image: "komodo:2" }),
      changed: ["spec.template.spec.containers[0].image"],
    }),
    [processes("restarts", [{ container: "daemon", from: "komodo:1", to: "komodo:2" }])],
  ],
  [
    "the same where the provider names no path",
    step("update", { before: set(), after: set({ image: "komodo:2" }) }),
    [processes("restarts", [{ container: "daemon", from: "komodo:1", to: "komodo:2" }])],
  ],
  [
    "one whose pod stays the same",
    step("update", { before: set(), after: set({ label: "b" }), changed: ["metadata.labels"] }),
    [processes("stays")],
  ],
  [
    "one that somebody has stopped",
    step("update", { before: set({ replicas: 0 }), after: set(), changed: ["spec.replicas"] }),
    [processes("starts")],
  ],
  [
    "a removed one, whose claim is kept",
    step("delete", { before: set() }),
    [processes("ends"), { kind: "volume", fate: "kept" }],
  ],
  [
    "a removed one, whose claim goes",
    step("delete", { before: set({ whenDeleted: "Delete" }) }),
    [processes("ends"), { kind: "volume", fate: "lost" }],
  ],
  ["one without a claim", step("delete", { before: set({ claims: 0 }) }), [processes("ends")]],
])("%s", (_, planned, expected) => {
  expect(readKubernetesStep(planned)).toEqual(expected);
});

test("a claim of its own that is removed is lost", () => {
  const claim = { ...step("delete", { before: set() }), type: "kubernetes:core/v1:PersistentVolumeClaim" };
  expect(readKubernetesStep(claim)).toEqual([{ kind: "volume", fate: "lost" }]);
});
