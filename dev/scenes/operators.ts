import { setTimeout as sleep } from "node:timers/promises";
import { connect, type TLSSocket } from "node:tls";
import { callIguana } from "../../cli/iguanaCall";
import { mutualTls } from "../../cli/mutualTls";
import type { Access } from "../../cli/outputs";
import type { Calls } from "./strangers";

/** Opens an operator's connection, sends a text over it after the TLS handshake, and then nothing more. */
export function connected(access: Access, text: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(mutualTls(access), () => {
      socket.write(text);
      resolve(socket);
    });
    socket.on("error", reject).resume();
  });
}

/** Milliseconds between two calls. One a second would be too few for a share: two slow ones of 33 are more than 5 percent. */
const PAUSE = 250;

/** Calls Iguana as an operator, one call after the other. */
export async function operatorCalls(access: Access, seconds: number): Promise<Calls> {
  const calls = { made: 0, failed: 0, slow: 0, slowest: 0 };
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(PAUSE)) {
    const start = Date.now();
    await callIguana(access, { agent: "SuperNET", method: "help" }).catch(() => calls.failed++);
    calls.made++;
    const took = Date.now() - start;
    if (took > 1000) calls.slow++;
    calls.slowest = Math.max(calls.slowest, took);
  }
  return calls;
}
