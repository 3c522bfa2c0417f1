import { request } from "node:http";
import { isObject, parseJson } from "../json";
import { type HttpAnswer, TooLong, wholeAnswer } from "../wholeAnswer";
import { connectionFailure, NotYet, RpcError } from "./failures";
import type { CoinSecrets } from "./plan";
import { basicCredentials } from "./redact";

const TIMEOUT_MILLISECONDS = 10_000;
/** bitcoind's code for "still starting". */
const IN_WARMUP = -28;

/** The JSON-RPC of one chain's daemon. The caller has one call in flight at a time. */
export class ChainRpc {
  private readonly where: string;

  constructor(
    private readonly port: number,
    private readonly secrets: CoinSecrets,
  ) {
    this.where = `127.0.0.1:${port}`;
  }

  /** The `result` of a call. Params are positional, or named where they are an object. */
  async call(
    method: string,
    params: readonly unknown[] | object = [],
    withinMilliseconds = TIMEOUT_MILLISECONDS,
  ): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "1.0", id: "dokomodo", method, params });
    const { status, text } = await this.post(method, body, withinMilliseconds);
    if (status === 401) throw new Error(`${this.where} refuses the user and password (HTTP 401)`);
    if (status === 403) throw new Error(`${this.where} refuses this address (HTTP 403, rpcallowip)`);
    const answer = parseJson(text);
    if (!isObject(answer)) {
      // "Work queue depth exceeded" comes as plain text.
      if (status === 500 || status === 503)
        throw new NotYet(
          "waiting-for-chain",
          `${this.where} is busy: HTTP ${status} ${text.trim().slice(0, 80)}`,
        );
      throw new Error(`${this.where} does not answer as a chain does (HTTP ${status})`);
    }
    const { result, error } = answer;
    if (error === undefined || error === null) return result;
    const { code, message } = isObject(error) ? error : { code: 0, message: JSON.stringify(error) };
    if (code === IN_WARMUP) throw new NotYet("loading", String(message));
    throw new RpcError(Number(code), `${method}: ${message}`);
  }

  private async post(method: string, body: string, withinMilliseconds: number): Promise<HttpAnswer> {
    const signal = AbortSignal.timeout(withinMilliseconds);
    const call = request({
      host: "127.0.0.1",
      port: this.port,
      method: "POST",
      // No connection is kept: one that a restarted daemon closed would look like a daemon that is away.
      agent: false,
      headers: {
        Authorization: `Basic ${basicCredentials(this.secrets.rpcUser, this.secrets.rpcPassword)}`,
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
      },
      signal,
    });
    return wholeAnswer(call, body).catch((failure: Error) => {
      if (failure instanceof TooLong)
        throw new Error(
          `${this.where} is no daemon that one may trust: to ${method} ${failure.message}, and was not read`,
        );
      const why = signal.aborted ? `no answer in ${withinMilliseconds / 1000} s` : connectionFailure(failure);
      throw new NotYet("waiting-for-chain", `${this.where}: ${why}`);
    });
  }
}
