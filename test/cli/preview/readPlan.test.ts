import { expect, test } from "vitest";
import { readPlan } from "../../../cli/preview/readPlan";
import { rows } from "../../../cli/preview/words";
import { COMPONENT_TYPES } from "../../../notary/componentTypes";
import { twoHosts } from "../running/scene";

test("a proxy that is gone is made again, and its daemon goes on", () => {
  const plan = readPlan(
    "test",
    [
      {
        op: "create",
        urn: "urn",
        type: "docker:index/container:Container",
        name: "east-beer-proxy",
        parent: { name: "east-beer", type: COMPONENT_TYPES.assetchain },
        after: { provider: "beta", inputs: { image: "haproxy" }, isRetained: false },
        changed: [],
      },
    ],
    twoHosts(),
  );
  expect(plan.stops.count).toBe(0);
  expect(rows(plan, "served")).toMatchObject([
    { what: "chain BEER of notary east", happens: "keeps running on beta; east-beer-proxy is replaced" },
  ]);
});
