import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bundle, bundlePath, PROGRAMS } from "../../runtime/build";

test.each(PROGRAMS)(
  "runtime/bundles/%s.cjs is what the sources give; else run `npm run build:runtime`",
  async (program) => {
    expect(readFileSync(bundlePath(program), "utf8")).toBe(await bundle(program));
  },
);

test.each(PROGRAMS)("the bundle of %s is small: it is in the state once per notary", (program) => {
  expect(readFileSync(bundlePath(program)).byteLength).toBeLessThan(128 * 1024);
});
