import type { LogLine } from "./operations";

/** A line of a log with the text of its time, which is empty if it has none. Texts of one container sort by time. */
export interface TimedLine extends LogLine {
  readonly time: string;
}

const NEWLINE = 0x0a;
/** The most bytes of a line. What has no line breaks, such as binary data, is cut there. */
const LONGEST = 2 ** 20;
/** A time as platforms write it before what a process wrote. */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;
const LONGEST_TIME = 40;

/** Makes whole lines of the bytes of a log that begin with a time at each line. The bytes may be anything. */
export class LogLines {
  private parts: Buffer[] = [];
  private length = 0;
  private time = "";
  private rest = Buffer.alloc(0);

  constructor(private readonly onLine: (line: TimedLine) => void) {}

  /** Takes one entry: a line, or a part of a long one. Each begins with its own time. */
  entry(bytes: Buffer): void {
    const [prefix, time = ""] = TIME.exec(bytes.subarray(0, LONGEST_TIME).toString("latin1")) ?? [""];
    if (this.parts.length === 0) this.time = time;
    const text = bytes.subarray(prefix.length);
    this.parts.push(text);
    this.length += text.length;
    if (text.at(-1) === NEWLINE || this.length >= LONGEST) this.endLine();
  }

  /** Takes bytes that are cut anywhere. Entries in them are whole lines. */
  bytes(chunk: Buffer): void {
    let all = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (let end = all.indexOf(NEWLINE); end >= 0; end = all.indexOf(NEWLINE)) {
      this.entry(all.subarray(0, end + 1));
      all = all.subarray(end + 1);
    }
    if (all.length >= LONGEST) {
      this.entry(all);
      all = Buffer.alloc(0);
    }
    // A copy, because the chunk may be a part of much more memory.
    this.rest = Buffer.from(all);
  }

  /** Gives out a last line that has no end. */
  end(): void {
    if (this.rest.length > 0) this.entry(this.rest);
    this.rest = Buffer.alloc(0);
    if (this.parts.length > 0) this.endLine();
  }

  private endLine(): void {
    const text = Buffer.concat(this.parts)
      .toString("utf8")
      .replace(/\r?\n$/, "");
    this.parts = [];
    this.length = 0;
    const at = this.time === "" ? {} : { at: new Date(this.time) };
    this.onLine({ text, time: this.time, ...at });
  }
}
