import { Writable } from "node:stream";

const LONGEST = 8 * 2 ** 20;

/** Keeps what is written to it, up to a limit that no honest answer reaches. */
export class Collected extends Writable {
  private readonly parts: Buffer[] = [];
  private length = 0;

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.length += chunk.length;
    if (this.length > LONGEST) done(new Error("the answer is longer than 8 MiB"));
    else {
      this.parts.push(chunk);
      done();
    }
  }

  get text(): string {
    return Buffer.concat(this.parts).toString("utf8");
  }
}
