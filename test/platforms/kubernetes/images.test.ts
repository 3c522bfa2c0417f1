import type { V1ContainerState, V1Pod } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { unknownImages, type WantedImage } from "../../../platforms/kubernetes/images";
import { judgePull } from "../../../platforms/kubernetes/pull";

const NOW = new Date("2026-01-01T00:01:00Z");

function pod(image: string, nodes: Record<string, string>, phase = "Running", labels = {}): V1Pod {
  return {
    metadata: { labels },
    spec: { nodeSelector: nodes, containers: [{ name: "daemon", image }] },
    status: { phase },
  };
}

function wanted(image: string, nodes: Record<string, string>): WantedImage {
  return { image, nodes, what: "host a" };
}

describe("the images that are tried", () => {
  const a = { "kubernetes.io/hostname": "a" };
  const b = { "kubernetes.io/hostname": "b" };
  const names = (pods: V1Pod[], images: WantedImage[]) =>
    unknownImages(pods, images).map(({ image }) => image);

  test("are those that no running pod of the host has", () => {
    const images = [wanted("one", a), wanted("two", a), wanted("one", b)];
    expect(unknownImages([pod("one", a), pod("two", a, "Pending")], images)).toEqual([images[1], images[2]]);
  });

  test("are none when no pod of the stack runs", () => {
    expect(names([], [wanted("one", a)])).toEqual([]);
    expect(names([pod("one", a, "Pending")], [wanted("one", a)])).toEqual([]);
  });

  test("include an image that only the pod of another trial has", () => {
    const trial = pod("two", a, "Running", { "dokomodo.trial": "image" });
    expect(names([pod("one", a), trial], [wanted("two", a)])).toEqual(["two"]);
  });
});

describe("the pod of a trial", () => {
  const seen = (state: V1ContainerState): V1Pod => ({
    metadata: { creationTimestamp: new Date("2026-01-01T00:00:00Z") },
    status: {
      containerStatuses: [{ name: "image", image: "one", imageID: "", ready: false, restartCount: 0, state }],
    },
  });

  test.each<[string, V1ContainerState, string]>([
    ["that runs", { running: {} }, "pulled"],
    ["that has ended", { terminated: { exitCode: 127 } }, "pulled"],
    ["whose command cannot be run", { waiting: { reason: "RunContainerError" } }, "pulled"],
    ["whose image wants to be root", { waiting: { reason: "CreateContainerConfigError" } }, "pulled"],
    ["that is being made", { waiting: { reason: "ContainerCreating" } }, "waiting"],
    ["whose image cannot be pulled", { waiting: { reason: "ErrImagePull", message: "not found" } }, "failed"],
    ["whose image has an invalid name", { waiting: { reason: "InvalidImageName" } }, "failed"],
  ])("%s", (_, state, kind) => {
    expect(judgePull(seen(state), NOW).kind).toBe(kind);
  });

  test("reports the kubelet's own message", () => {
    expect(judgePull(seen({ waiting: { reason: "ErrImagePull", message: "not found" } }), NOW)).toEqual({
      kind: "failed",
      why: "ErrImagePull: not found",
    });
  });

  test.each([
    [10, "waiting"],
    [60, "failed"],
  ])("that has no node after %i s is %s", (seconds, kind) => {
    const creationTimestamp = new Date(NOW.getTime() - seconds * 1000);
    const conditions = [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available" }];
    expect(judgePull({ metadata: { creationTimestamp }, status: { conditions } }, NOW)).toEqual({
      kind,
      why: "0/1 nodes are available",
    });
  });
});
