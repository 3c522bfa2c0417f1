import { expect, test } from "vitest";
import { parseInterrupted } from "../../../cli/unlock/interrupted";

const PROVIDER = "urn:pulumi:east::dokomodo::pulumi:providers:docker::alpha";
const container = (name: string) => ({
  urn: `urn:pulumi:east::dokomodo::dokomodo:Assetchain$docker:index/container:Container::${name}`,
  type: "docker:index/container:Container",
  provider: `${PROVIDER}::4f6a`,
  inputs: { name },
});

test("says what a run had begun", () => {
  const exported = {
    deployment: {
      resources: [
        { urn: PROVIDER, type: "pulumi:providers:docker", id: "4f6a" },
        { ...container("east-kmd"), id: "c0de" },
      ],
      pending_operations: [
        { resource: container("east-beer"), type: "creating" },
        { resource: { ...container("east-kmd"), id: "c0de" }, type: "deleting" },
      ],
    },
  };
  expect(parseInterrupted(exported)).toEqual({
    operations: ["creating docker:Container east-beer", "deleting docker:Container east-kmd"],
    begun: [{ type: "docker:index/container:Container", host: "alpha", inputs: { name: "east-beer" } }],
    known: new Set(["4f6a", "c0de"]),
  });
});

test("says nothing of a run that was not interrupted", () => {
  expect(parseInterrupted({ deployment: {} })).toBeUndefined();
  expect(parseInterrupted({ deployment: { resources: [], pending_operations: [] } })).toBeUndefined();
});
