import { describe, expect, test } from "vitest";
import { memoryWarning, type PlannedMemory } from "../../platforms/hostMemory";
import { allocatableMiB } from "../../platforms/kubernetes/nodeMemory";

const workload = (name: string, limitMiB: number, requestMiB: number) => ({ name, limitMiB, requestMiB });
const PLANNED: PlannedMemory = {
  limitMiB: 20_480,
  requestMiB: 10_240,
  workloads: [
    workload("east-kmd", 8192, 1024),
    workload("east-ltc", 6144, 6144),
    workload("east-beer", 4096, 2048),
    workload("east-pizza", 1024, 1024),
  ],
};

describe("a host with too little memory", () => {
  test("is named with what may be taken there, what it has, and the largest", () => {
    expect(memoryWarning("alpha", "limitMiB", PLANNED, 16_000)).toBe(
      "host alpha: the stack's containers there may take 20.0 GiB of memory, and it has 15.6 GiB. The largest are " +
        "east-kmd 8.0 GiB, east-ltc 6.0 GiB, east-beer 4.0 GiB. If they do, the kernel ends a process of the host, which " +
        "may be a daemon that writes. Place chains on another host, or state `memory` of daemons in dokomodo:daemons.",
    );
  });

  test("goes by what is reserved where a scheduler reserves", () => {
    expect(memoryWarning("alpha", "requestMiB", PLANNED, 10_239)).toMatch(
      /reserve 10\.0 GiB .* east-ltc 6\.0 GiB, east-beer 2\.0 GiB, east-kmd 1\.0 GiB\. Pods .* `requests` of daemons/,
    );
  });

  test("is not one that has just enough", () => {
    expect(memoryWarning("alpha", "limitMiB", PLANNED, 20_480)).toBeUndefined();
    expect(memoryWarning("alpha", "requestMiB", PLANNED, 10_240)).toBeUndefined();
  });
});

describe("the memory of a host that is nodes", () => {
  const node = (memory?: string) => ({ status: { allocatable: memory === undefined ? {} : { memory } } });

  test.each([
    ["1048576", 1],
    ["2048Ki", 2],
    ["3Mi", 3],
    ["1.5Gi", 1536],
    ["1G", 1e9 / 2 ** 20],
  ])("is understood as the cluster writes it: %s", (memory, expected) => {
    expect(allocatableMiB([node(memory), node("1Mi")])).toBe(expected + 1);
  });

  test("is without a limit if a node does not say it", () => {
    expect(allocatableMiB([node("1Mi"), node()])).toBe(Number.POSITIVE_INFINITY);
    expect(allocatableMiB([node("1Pi")])).toBe(Number.POSITIVE_INFINITY);
  });
});
