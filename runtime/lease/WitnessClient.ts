import { request } from "node:http";
import { isObject, parseJson } from "../json";
import { type HttpAnswer, wholeAnswer } from "../wholeAnswer";
import type { LeaseRequest, Lessor, LessorAnswer, ReleaseRequest } from "./lessor";

export interface WitnessClientArgs {
  /** The witness's host, for people. */
  readonly name: string;
  /** The port on 127.0.0.1 that leads to the witness. */
  readonly port: number;
  /** Whose lease it is: 66 hex digits. */
  readonly publicKey: string;
  /** Seconds, for the whole of a call. */
  readonly answerWithin: number;
}

/** Calls one witness (runtime/witness/server.ts). */
export class WitnessClient implements Lessor {
  readonly kind = "witness";

  constructor(private readonly args: WitnessClientArgs) {}

  get name(): string {
    return this.args.name;
  }

  async ask(asked: LeaseRequest): Promise<LessorAnswer> {
    const answer = await this.call("POST", asked).catch(() => undefined);
    if (answer === undefined) return { kind: "silent" };
    const { status, text } = answer;
    const body = parseJson(text);
    if (isObject(body)) {
      const { granted, renewed, holder, seenSeconds, seconds } = body;
      if (status === 200 && granted === true) return { kind: "granted", renewed: renewed === true };
      if (status === 409 && typeof holder === "string")
        return {
          kind: "refused",
          holder,
          seenSeconds: Number(seenSeconds) || 0,
          seconds: Number(seconds) || 0,
        };
    }
    // A proxy that does not reach the witness answers with a page of its own.
    if (!isObject(body) && status >= 500) return { kind: "silent" };
    const why = isObject(body) && typeof body["error"] === "string" ? `: ${body["error"]}` : "";
    return { kind: "faulty", why: `HTTP ${status}${why}` };
  }

  async release({ instance, round }: ReleaseRequest): Promise<void> {
    await this.call("DELETE", { instance, round }).catch(() => undefined);
  }

  private call(method: "POST" | "DELETE", content: object): Promise<HttpAnswer> {
    const { port, publicKey, answerWithin } = this.args;
    const body = JSON.stringify(content);
    const sent = request({
      host: "127.0.0.1",
      port,
      method,
      path: `/lease/${publicKey}`,
      agent: false,
      headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
      signal: AbortSignal.timeout(answerWithin * 1000),
    });
    return wholeAnswer(sent, body);
  }
}
