import { expect, test } from "vitest";
import { redirected } from "../../../runtime/provision/httpGet";
import { Reporter } from "../../../runtime/provision/Reporter";
import { parseReport, type ReportLine } from "../../../runtime/provision/report";

test.each<ReportLine>([
  { progress: { what: "sapling-spend.params", done: 123, total: 456 } },
  { progress: { what: "the bootstrap", done: 123 } },
  { said: "something" },
  { failed: ["one", "two"] },
  { done: true },
])("%j is read as it was written", (line) => {
  expect(parseReport(JSON.stringify(line))).toEqual(line);
});

test.each([
  "",
  "node: bad option",
  "[]",
  "null",
  "{}",
  '{"done":false}',
  '{"failed":[1]}',
  '{"progress":{"what":"a"}}',
])("%j is none of provision's lines", (line) => {
  expect(parseReport(line)).toBeUndefined();
});

test("progress is told once per two seconds and thing", () => {
  let now = 0;
  const lines: ReportLine[] = [];
  const reporter = new Reporter({ now: () => now, sleep: async () => undefined }, (line) => lines.push(line));
  for (now = 0; now < 4000; now += 100) {
    reporter.progress({ what: "a", done: now });
    reporter.progress({ what: "b", done: now });
  }
  expect(lines).toEqual(
    [0, 2000].flatMap((done) => ["a", "b"].map((what) => ({ progress: { what, done } }))),
  );
});

test("a redirect leads from https to https alone", () => {
  expect(redirected(new URL("https://a/b"), "/c").href).toBe("https://a/c");
  expect(redirected(new URL("http://a/b"), "https://c/d").href).toBe("https://c/d");
  expect(() => redirected(new URL("https://a/b"), "http://u:hidden@a/c")).toThrow(
    "redirects to http://***@a/c, which is not https",
  );
});
