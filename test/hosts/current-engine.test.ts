import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { currentEngineVersion } from "../testbed/hosts/currentEngine";
import { TestHosts } from "../testbed/hosts/hosts";
import { SYMBOLS, untilWhole } from "../testbed/notary";
import { createSpanningStack, engineOf } from "../testbed/spanning";
import type { TestStack } from "../testbed/stack";

const NOTARY = "modern";
const HOST = "alpha";

describe("a notary on a host with a current Docker Engine", () => {
  const placement = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, HOST]));
  let hosts: TestHosts;
  let stack: TestStack;

  beforeAll(async () => {
    hosts = await TestHosts.start([HOST], { pool: 3, engine: "current" });
    stack = await createSpanningStack(NOTARY, hosts, placement);
    await stack.up();
  });
  afterAll(async () => {
    stack?.forget();
    await hosts?.stop();
  });

  it("becomes whole there, with all four chains", async () => {
    expect(await hosts.docker(HOST, "version", "--format", "{{.Server.Version}}")).toBe(currentEngineVersion);
    await untilWhole(
      NOTARY,
      120,
      SYMBOLS.length,
      0,
      engineOf(NOTARY, hosts, () => placement),
    );
  });

  it("has no change to make at once after it came up, not even against what really runs", async () => {
    await stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });
});
