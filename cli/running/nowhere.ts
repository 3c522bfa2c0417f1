import { Writable } from "node:stream";

/** Takes what a command writes, and keeps nothing. */
export function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
