import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LogLines, type TimedLine } from "../../platforms/LogLines";

const TIME = "2026-11-29T04:42:01.123456789Z";

function linesOf(feed: (lines: LogLines) => void): TimedLine[] {
  const found: TimedLine[] = [];
  const lines = new LogLines((line) => found.push(line));
  feed(lines);
  lines.end();
  return found;
}

describe("lines of a log", () => {
  test("have their time apart", () => {
    const found = linesOf((lines) => lines.entry(Buffer.from(`${TIME} UpdateTip: height=3\r\n`)));
    expect(found).toEqual([
      { text: "UpdateTip: height=3", time: TIME, at: new Date("2026-11-29T04:42:01.123Z") },
    ]);
  });

  test("are put together of entries, each of which has a time, also inside a letter", () => {
    const letters = Buffer.from("éé\n");
    const found = linesOf((lines) => {
      lines.entry(Buffer.concat([Buffer.from(`${TIME} `), letters.subarray(0, 3)]));
      lines.entry(Buffer.concat([Buffer.from("2026-11-29T04:42:02Z "), letters.subarray(3)]));
    });
    expect(found.map(({ text, time }) => [text, time])).toEqual([["éé", TIME]]);
  });

  test("are what they are without a time", () => {
    expect(linesOf((lines) => lines.bytes(Buffer.from("no time\n")))).toEqual([
      { text: "no time", time: "" },
    ]);
  });

  test("end at the end of the log", () => {
    expect(linesOf((lines) => lines.bytes(Buffer.from(`${TIME} half`)))).toMatchObject([{ text: "half" }]);
  });

  test("have an end, even if the container writes none", () => {
    const found = linesOf((lines) => {
      for (let pieces = 0; pieces < 40; pieces++) lines.bytes(Buffer.alloc(2 ** 16, 1));
    });
    expect(found.map(({ text }) => text.length)).toEqual([2 ** 20, 2 ** 20, 2 ** 19]);
  });

  test("are the same wherever the bytes are cut, whatever they are", () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 8 }), (pieces) => {
        const whole = linesOf((lines) => lines.bytes(Buffer.concat(pieces)));
        const cut = linesOf((lines) => {
          for (const piece of pieces) lines.bytes(piece);
        });
        expect(cut).toEqual(whole);
      }),
    );
  });
});
