import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { readAge } from "../../../cli/age";
import { printLogs } from "../../../cli/running/logs";
import { partsOf } from "../../../cli/running/parts";
import { findTargets } from "../../../cli/running/targets";
import { FakeOperations, twoHosts } from "./scene";

const line = (second: number, text: string) => ({ at: new Date(second * 1000), text });

async function printed(names: readonly string[], operations: FakeOperations) {
  const output = new PassThrough();
  const targets = findTargets(names, partsOf(twoHosts()), {});
  const failures = await printLogs(targets, operations, output, { follow: false });
  return { text: String(output.read() ?? ""), failures };
}

describe("logs", () => {
  test("of several are in the order of time, each line with its chain's name", async () => {
    const operations = new FakeOperations();
    operations.logLines = {
      "east-beer": [line(1, "first"), { text: "of the first" }, line(4, "last")],
      "east-kmd": [line(2, "second")],
    };
    const { text, failures } = await printed(["KMD", "BEER"], operations);
    expect(text).toBe("BEER | first\nBEER | of the first\nKMD  | second\nBEER | last\n");
    expect(failures).toEqual([]);
  });

  test("of one have no name before them, and nothing that controls the terminal", async () => {
    const operations = new FakeOperations();
    operations.logLines = { "east-beer": [line(1, "red\u001b[31m\ttext\u0007\r")] };
    expect((await printed(["BEER"], operations)).text).toBe("red\ufffd[31m\ttext\ufffd\ufffd\n");
  });

  test("of one that cannot be read are told, and the others are printed", async () => {
    const operations = new FakeOperations();
    operations.logLines = { "east-kmd": [line(2, "second")] };
    const { text, failures } = await printed(["KMD", "BEER"], operations);
    expect(text).toBe("KMD  | second\n");
    expect(failures).toEqual(["BEER: there is no container east-beer"]);
  });
});

describe("a time that is a while ago", () => {
  const now = Date.parse("2026-01-02T03:04:05Z");
  test.each([
    ["90s", "2026-01-02T03:02:35.000Z"],
    ["10m", "2026-01-02T02:54:05.000Z"],
    ["2h", "2026-01-02T01:04:05.000Z"],
    ["3d", "2025-12-30T03:04:05.000Z"],
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z"],
  ])("%s", (text, time) => {
    expect(readAge(text, undefined, now).toISOString()).toBe(time);
  });

  test.each(["10", "h", "-5m", "yesterday", "2026", "1w"])("%s is refused", (text) => {
    expect(() => readAge(text, undefined, now)).toThrow("It is an age such as 90s, 10m, 2h or 3d");
  });
});
