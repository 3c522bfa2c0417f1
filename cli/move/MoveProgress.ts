import { describeBytes } from "../../platforms/provision";

/** Says on standard output how far a move is: a line that is written over on a terminal, and else a line per step. */
export class MoveProgress {
  private readonly began = new Map<string, { readonly at: number; readonly done: number }>();

  /** @param what what is moved; each line begins with it */
  constructor(private readonly what: string) {}

  /** What goes on now. */
  say(text: string): void {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${this.what}: ${text}`);
  }

  /** A step that is done, as a whole sentence. */
  step(text: string): void {
    const clear = process.stdout.isTTY ? "\r\u001b[K" : "";
    process.stdout.write(`${clear}${this.what}: ${text}\n`);
  }

  /** How many bytes were sent or compared, and how fast. */
  bytes(what: string, done: number, total: number | undefined): void {
    const first = this.began.get(what);
    if (first === undefined || done < first.done) this.began.set(what, { at: Date.now(), done });
    const passed = first === undefined ? 0 : (Date.now() - first.at) / 1000;
    const rate =
      first === undefined || passed < 1
        ? ""
        : `, ${describeBytes((done - first.done) / passed, undefined)}/s`;
    this.say(`${what} ${describeBytes(done, total)}${rate}`);
  }
}
