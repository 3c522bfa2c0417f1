import { describe, expect, test } from "vitest";
import { everyNode, type Stack } from "../../config/stack";
import { networkPlan } from "../../notary/networkPlan";
import { plannedMemory } from "../../platforms/plannedMemory";
import { developmentStack, developmentValues } from "./developmentStack";
import { type RecordedResource, recordStack } from "./recordGraph";

/** The development notary, and a node with all that a node can have. */
function stackOn(platform: string): Stack {
  const node = { name: "web", host: "local", chains: ["KMD", "LTC"], portOffset: 1000 };
  const clients = [{ name: "wallet", chains: ["KMD"] }];
  return developmentStack({
    ...developmentValues(),
    "dokomodo:platform": platform,
    "dokomodo:kubernetes": JSON.stringify({ publish: "hostPort" }),
    "dokomodo:nodes": JSON.stringify([{ ...node, clients }]),
    "dokomodo:passphrases": JSON.stringify({ east: "a phrase of the notary", web: "a phrase of the node" }),
  });
}

function planned(stack: Stack) {
  const networks = everyNode(stack).map((each) => networkPlan(each, (host) => stack.shares.segmentOf(host)));
  return plannedMemory(networks, stack.shares.all).get("local");
}

const sum = (figures: readonly number[]) => figures.reduce((total, each) => total + each, 0);

describe("the memory that is planned for a host", () => {
  test("is the sum of the limits of all its containers on Docker", async () => {
    const stack = stackOn("docker");
    const graph = await recordStack(stack);
    const limits = graph.filter(({ type }) => type === "docker:index/container:Container").map(memoryOf);
    expect(limits.length).toBeGreaterThan(25);
    expect(planned(stack)?.limitMiB).toBe(sum(limits));
  });

  test("is the sum of the limits, and of the requests, of all its pods on Kubernetes", async () => {
    const stack = stackOn("kubernetes");
    const containers = (await recordStack(stack))
      .filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet")
      .flatMap(containersOf);
    expect(containers.length).toBeGreaterThan(15);
    expect(planned(stack)?.limitMiB).toBe(sum(containers.map(({ limits }) => mebibytes(limits.memory))));
    expect(planned(stack)?.requestMiB).toBe(
      sum(containers.map(({ requests }) => mebibytes(requests.memory))),
    );
  });

  test("names the workloads, the largest first", () => {
    const sizes = planned(stackOn("docker"))?.workloads.map(({ limitMiB }) => limitMiB) ?? [];
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(planned(stackOn("docker"))?.workloads.map(({ name }) => name)).toContain("web-clients");
  });
});

function memoryOf({ inputs }: RecordedResource): number {
  return Number(inputs["memory"]);
}

interface Resources {
  readonly limits: { readonly memory: string };
  readonly requests: { readonly memory: string };
}

/** What the containers of a pod reserve, without those that end before the others start. */
function containersOf({ inputs }: RecordedResource): Resources[] {
  const { containers, initContainers = [] } = Object(inputs["spec"]).template.spec;
  const sidecars = initContainers.filter((each: object) => "restartPolicy" in each);
  return [...containers, ...sidecars].map(({ resources }) => resources);
}

function mebibytes(quantity: string): number {
  const [, figure] = /^(\d+)Mi$/.exec(quantity) ?? [];
  return Number(figure);
}
