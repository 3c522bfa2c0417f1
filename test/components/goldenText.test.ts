import { RandomPassword } from "@pulumi/random/randomPassword";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { developmentStack, onKubernetes } from "./developmentStack";
import { goldenText } from "./goldenText";
import { type RecordedResource, recordGraph, recordStack } from "./recordGraph";

const ANOTHER = "a-value-of-no-resource";

describe("a golden graph", () => {
  test("shows whatever is set of a resource and what it depends on, on its lines", async () => {
    const graph = await recordGraph(() => {
      const first = new RandomPassword("first", { length: 8 });
      const second = new RandomPassword("second", { length: 8 });
      const options = {
        protect: true,
        retainOnDelete: true,
        deleteBeforeReplace: true,
        ignoreChanges: ["length", "special"],
        replaceOnChanges: ["lower"],
        aliases: [{ name: "old" }, "urn:pulumi:test::dokomodo::its:own:Type::older"],
        customTimeouts: { create: "5m", delete: "6m" },
        dependsOn: [second],
      };
      new RandomPassword("third", { length: 8, keepers: { first: first.result } }, options);
    });
    expect(linesOf("third", goldenText(graph))).toEqual([
      "random:RandomPassword third | protect | retainOnDelete | deleteBeforeReplace | ignoreChanges length, special | replaceOnChanges lower | additionalSecretOutputs bcryptHash, result | aliases old, urn:pulumi:test::dokomodo::its:own:Type::older | customTimeouts create 5m, delete 6m | inputs DIGEST",
      "  from first",
      "  after second",
    ]);
  });

  test.each([
    ["Docker", developmentStack],
    ["Kubernetes", onKubernetes],
  ])(
    "on %s lists every value of an input, and has another digest at that resource alone",
    async (_, stack) => {
      const graph = await recordStack(stack());
      const before = digests(goldenText(graph));
      expect(before.length).toBeGreaterThan(50);
      const changes = graph.flatMap(({ inputs }, index) =>
        Array.from({ length: count(inputs) }, (_, place) => ({ index, place })),
      );
      fc.assert(
        fc.property(fc.constantFrom(...changes), ({ index, place }) => {
          const text = goldenText(graph.map((one, each) => (each === index ? changed(one, place) : one)));
          expect(text).toContain(ANOTHER);
          const after = digests(text);
          expect(after.length).toBe(before.length);
          expect(after.filter((line, at) => line !== before[at])).toHaveLength(1);
        }),
        { numRuns: 25 },
      );
    },
  );

  test("has another text for lines of a chain in another order", async () => {
    const graph = await recordStack(developmentStack());
    const reordered = graph.map((resource) => {
      const text = JSON.stringify(resource.inputs).replace(
        "clitcpka-idle 10s\\n    clitcpka-intvl 5s",
        (both) => both.split("\\n    ").reverse().join("\\n    "),
      );
      return resource.name === "east-pizza-proxy" ? { ...resource, inputs: JSON.parse(text) } : resource;
    });
    expect(goldenText(reordered)).not.toBe(goldenText(graph));
  });

  test("names the files of runtime/ and holds none of them", async () => {
    const text = goldenText(await recordStack(developmentStack()));
    for (const file of ["agent.cjs", "entrypoint.sh", "pause.sh", "restarter.cjs", "witness.cjs"]) {
      expect(text).toContain(`content: runtime/${file}`);
    }
    expect(text).not.toMatch(/#!\/bin\/sh|use strict/);
  });
});

/** The lines of a resource in the tree. */
function linesOf(name: string, text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/inputs [0-9a-f]{8}$/, "inputs DIGEST"));
  const from = lines.findIndex((line) => line.includes(` ${name} |`));
  return lines.slice(from, from + 3);
}

function digests(text: string): string[] {
  return text.split("\n").filter((line) => / \| inputs [0-9a-f]{8}$/.test(line));
}

/** How many values the inputs hold, lists and maps aside. */
function count(inputs: unknown): number {
  return typeof inputs === "object" && inputs !== null
    ? Object.values(inputs).reduce<number>((sum, each) => sum + count(each), 0)
    : 1;
}

/** The resource with one of those values replaced. */
function changed(resource: RecordedResource, place: number): RecordedResource {
  let seen = -1;
  const inputs = JSON.stringify(resource.inputs, (_, value: unknown) => {
    if (typeof value === "object" && value !== null) return value;
    seen += 1;
    return seen === place ? ANOTHER : value;
  });
  return { ...resource, inputs: JSON.parse(inputs) };
}
