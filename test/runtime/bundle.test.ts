import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { AGENT_BUNDLE, bundleAgent } from "../../runtime/build";

test("runtime/agent.cjs is what the sources give; else run `npm run build:agent`", async () => {
  expect(readFileSync(AGENT_BUNDLE, "utf8")).toBe(await bundleAgent());
});

test("the bundle is small: it is in the state once per notary", () => {
  expect(readFileSync(AGENT_BUNDLE).byteLength).toBeLessThan(36 * 1024);
});
