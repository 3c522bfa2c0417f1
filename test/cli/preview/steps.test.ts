import { expect, test } from "vitest";
import { parseSteps } from "../../../cli/preview/steps";

const urn = (types: string, name: string) => `urn:pulumi:test::dokomodo::${types}::${name}`;
const CONTAINER = "docker:index/container:Container";
const COMPONENT = "dokomodo:index:NotaryNode$dokomodo:index:Assetchain";
const provider = (host: string) => `${urn("pulumi:providers:docker", host)}::1b0e`;
const state = (host: string, inputs: object, further: object = {}) => ({
  type: CONTAINER,
  parent: urn(COMPONENT, "east-beer"),
  provider: provider(host),
  inputs,
  ...further,
});
const event = (op: string, metadata: object) =>
  JSON.stringify({
    sequence: 1,
    resourcePreEvent: { metadata: { op, type: CONTAINER, ...metadata }, planning: true },
  });

test("reads the steps that change something, and tells a replacement once", () => {
  const name = urn(`${COMPONENT}$${CONTAINER}`, "east-beer");
  const [old, next] = [state("alpha", { image: "a" }), state("beta", { image: "b" })];
  const log = [
    JSON.stringify({ sequence: 0, preludeEvent: { config: { "dokomodo:passphrases": "[secret]" } } }),
    event("same", { urn: name, old, new: old }),
    event("same", { urn: name, old, new: state("beta", { image: "a" }) }),
    event("create-replacement", { urn: name, old, new: next }),
    event("replace", {
      urn: name,
      old,
      new: next,
      diffs: ["image"],
      detailedDiff: { image: { diffKind: "update-replace" } },
    }),
    event("delete-replaced", { urn: name, old, new: next }),
    event("update", { urn: name, old, new: old, diffs: ["memory"], detailedDiff: null }),
    event("delete", { urn: name, old: { ...old, retainOnDelete: true }, new: null }),
    "",
  ].join("\n");
  const common = {
    type: CONTAINER,
    urn: name,
    name: "east-beer",
    parent: { name: "east-beer", type: "dokomodo:index:Assetchain" },
  };
  const before = { provider: "alpha", inputs: { image: "a" }, isRetained: false };
  expect(parseSteps(log)).toEqual([
    // The engine calls this the same, but it is on another host afterwards.
    { ...common, op: "update", before, after: { ...before, provider: "beta" }, changed: [] },
    {
      ...common,
      op: "replace",
      before,
      after: { provider: "beta", inputs: { image: "b" }, isRetained: false },
      changed: ["image"],
    },
    { ...common, op: "update", before, after: before, changed: ["memory"] },
    { ...common, op: "delete", before: { ...before, isRetained: true }, after: undefined, changed: [] },
  ]);
});

test("has no steps in a plan that changes nothing", () => {
  expect(parseSteps("")).toEqual([]);
});
