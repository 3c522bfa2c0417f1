import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { Slots } from "../../../platforms/docker/Slots";
import { recordGraph } from "../../components/recordGraph";

class Thing extends pulumi.CustomResource {
  constructor(name: string, args: Record<string, pulumi.Input<unknown>>, opts: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, args, opts);
  }
}

/** Registers what `program` makes; the names in the order of their beginning, and the most at one time. */
async function registered(program: () => void): Promise<{ order: string[]; most: number }> {
  const order: string[] = [];
  let now = 0;
  let most = 0;
  await pulumi.runtime.setMocks({
    newResource: async ({ name, type, inputs }) => {
      if (type !== "test:index:Thing") return { id: name, state: inputs };
      order.push(name);
      now += 1;
      most = Math.max(most, now);
      await sleep(5);
      now -= 1;
      return { id: `${name}-id`, state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  return { order, most };
}

const names = Array.from({ length: 30 }, (_, index) => `thing-${index}`);

describe("the slots of a host", () => {
  test("are never more in use than there are", async () => {
    const slots = new Slots(8);
    const { order, most } = await registered(() => {
      for (const name of names) slots.run({}, (opts) => new Thing(name, {}, opts));
    });
    expect(order.sort()).toEqual([...names].sort());
    expect(most).toBe(8);
  });

  test("do not hold each other up, even one alone, when resources wait for earlier ones", async () => {
    const slots = new Slots(1);
    const { order } = await registered(() => {
      let last: Thing | undefined;
      for (const name of names) {
        const joined = last === undefined ? {} : { joins: last.id };
        last = slots.run({}, (opts) => new Thing(name, joined, opts));
      }
    });
    expect(order).toEqual(names);
  });

  test("keep a resource waiting for what its options name", async () => {
    const slots = new Slots(8);
    const graph = await recordGraph(() => {
      const first = new Thing("first", {}, {});
      slots.run({ dependsOn: [first] }, (opts) => new Thing("second", {}, opts));
    });
    expect(graph.map(({ name, after }) => [name, after])).toEqual([
      ["first", undefined],
      ["second", ["test:index:Thing first"]],
    ]);
  });

  test("have no bound where none is stated", async () => {
    const { most } = await registered(() => {
      for (const name of names) Slots.unlimited.run({}, (opts) => new Thing(name, {}, opts));
    });
    expect(most).toBe(30);
  });
});
