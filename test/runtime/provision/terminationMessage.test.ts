import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  MOST_BYTES,
  shortened,
  writeTerminationMessage,
} from "../../../runtime/provision/terminationMessage";
import { temporaryDirectory } from "./testRun";

const failure = (name: string) =>
  `${name} could not be fetched. https://z.cash/downloads/${name} answers HTTP 403. ` +
  `https://komodoplatform.com/downloads/${name} answers HTTP 403.`;
const names = (count: number) => Array.from({ length: count }, (_, i) => `file-${i}.params`);
const bytes = (text: string) => Buffer.byteLength(text);

describe("what the kubelet is told", () => {
  test("is all of it where that fits, one failure on each line", () => {
    const failed = names(8).map(failure);
    expect(shortened(failed, MOST_BYTES)).toBe(failed.join("\n"));
  });

  test.each([20, 100, 1000])(
    "of %i failures is the first ones whole, and the number of the others",
    (count) => {
      const failed = names(count).map(failure);
      const text = shortened(failed, MOST_BYTES);
      expect(bytes(text)).toBeLessThanOrEqual(MOST_BYTES);
      const lines = text.split("\n");
      const end = lines.pop();
      expect(lines.length).toBeGreaterThan(10);
      expect(lines).toEqual(failed.slice(0, lines.length));
      expect(end).toBe(`And ${count - lines.length} more. The log of this container says more.`);
    },
  );

  test("of a long failure is its first sentences", () => {
    const long = names(100).map(failure).join(" ");
    const text = shortened([long], MOST_BYTES);
    expect(bytes(text)).toBeLessThanOrEqual(MOST_BYTES);
    const [sentences = "", end] = text.split("\n");
    expect(long.startsWith(`${sentences} `)).toBe(true);
    expect(sentences).toMatch(/HTTP 403\.$|could not be fetched\.$/);
    expect(bytes(sentences)).toBeGreaterThan(MOST_BYTES - 300);
    expect(end).toBe("The log of this container says more.");
    expect(shortened([long, "b", "c"], MOST_BYTES)).toMatch(
      /\nAnd 2 more\. The log of this container says more\.$/,
    );
  });

  test("of a sentence without an end is cut between two characters", () => {
    const text = shortened(["é".repeat(5000)], 100);
    expect(bytes(text)).toBeLessThanOrEqual(100);
    expect(text).toMatch(/^é+…\nThe log of this container says more\.$/);
  });
});

test("it is written where the plan says, and a place that cannot be written to ends nothing", () => {
  const path = join(temporaryDirectory(), "termination-log");
  writeFileSync(path, "");
  writeTerminationMessage({ terminationMessage: path }, ["one", "two"]);
  expect(readFileSync(path, "utf8")).toBe("one\ntwo");
  expect(() => writeTerminationMessage({ terminationMessage: `${path}/none` }, ["one"])).not.toThrow();
  expect(() => writeTerminationMessage({}, ["one"])).not.toThrow();
});
