import { request } from "node:http";
import { isObject, parseJson } from "../json";
import { type HttpAnswer, wholeAnswer } from "../wholeAnswer";
import type { Asking, Lessor } from "./lessor";
import type { WitnessAnswer } from "./rules";

/** One witness (runtime/witness/request.ts), on the port of loopback that leads to it. */
export class WitnessClient implements Lessor {
  readonly kind = "witness";

  constructor(
    readonly name: string,
    private readonly port: number,
    private readonly publicKey: string,
    /** Seconds, for the whole of a call. */
    private readonly within: number,
  ) {}

  async ask(asking: Asking): Promise<WitnessAnswer> {
    const answer = await this.call("POST", asking).catch(() => undefined);
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
    // The proxy's own page, where it does not reach the witness.
    if (!isObject(body) && status >= 500) return { kind: "silent" };
    const why = isObject(body) && typeof body["error"] === "string" ? `: ${body["error"]}` : "";
    return { kind: "faulty", why: `HTTP ${status}${why}` };
  }

  async release({ instance, round }: Pick<Asking, "instance" | "round">): Promise<void> {
    await this.call("DELETE", { instance, round }).catch(() => undefined);
  }

  private call(method: "POST" | "DELETE", content: object): Promise<HttpAnswer> {
    const body = JSON.stringify(content);
    const sent = request({
      host: "127.0.0.1",
      port: this.port,
      method,
      path: `/lease/${this.publicKey}`,
      agent: false,
      headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
      signal: AbortSignal.timeout(this.within * 1000),
    });
    return wholeAnswer(sent, body);
  }
}
