import { request } from "node:http";
import { isObject, parseJson } from "../json";
import { type HttpAnswer, TooLong, wholeAnswer } from "../wholeAnswer";
import { connectionFailure, NotYet, RpcError } from "./failures";
import type { CoinSecrets } from "./plan";
import { basicCredentials } from "./redact";

const TIMEOUT_MILLISECONDS = 10_000;
/** The error code of bitcoind for "still starting". */
const IN_WARMUP = -28;

/** What a call may take. Where a limit is absent, it is the one of a usual call. */
export interface CallLimits {
  readonly milliseconds?: number | undefined;
  /** Longest answer. */
  readonly bytes?: number | undefined;
}

/** The JSON-RPC of one chain's daemon. Its caller makes one call at a time. */
export class ChainRpc {
  private readonly where: string;

  constructor(
    private readonly port: number,
    private readonly secrets: CoinSecrets,
  ) {
    this.where = `127.0.0.1:${port}`;
  }

  /**
   * The `result` of a call. An array has positional params, an object has named ones.
   *
   * Rejects with NotYet while the daemon is away, busy or loading, and with RpcError where it refuses the call.
   */
  async call(
    method: string,
    params: readonly unknown[] | object = [],
    limits: CallLimits = {},
  ): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "1.0", id: "dokomodo", method, params });
    const { status, text } = await this.post(method, body, limits);
    if (status === 401) throw new Error(`${this.where} refuses the user and password (HTTP 401)`);
    if (status === 403) throw new Error(`${this.where} refuses this address (HTTP 403, rpcallowip)`);
    const answer = parseJson(text);
    if (!isObject(answer)) {
      // A daemon with too many calls answers "Work queue depth exceeded", as plain text.
      if (status === 500 || status === 503)
        throw new NotYet(
          "waiting-for-chain",
          `${this.where} is busy: HTTP ${status} ${text.trim().slice(0, 80)}`,
        );
      throw new Error(`${this.where} does not answer like a chain's daemon (HTTP ${status})`);
    }
    const { result, error } = answer;
    if (error === undefined || error === null) return result;
    const { code, message } = isObject(error) ? error : { code: 0, message: JSON.stringify(error) };
    if (code === IN_WARMUP) throw new NotYet("loading", String(message));
    throw new RpcError(Number(code), `${method}: ${message}`);
  }

  private async post(method: string, body: string, limits: CallLimits): Promise<HttpAnswer> {
    const withinMilliseconds = limits.milliseconds ?? TIMEOUT_MILLISECONDS;
    const signal = AbortSignal.timeout(withinMilliseconds);
    const call = request({
      host: "127.0.0.1",
      port: this.port,
      method: "POST",
      // Each call opens a connection. A kept one that a restarted daemon has closed would look like a daemon that is
      // away.
      agent: false,
      headers: {
        Authorization: `Basic ${basicCredentials(this.secrets.rpcUser, this.secrets.rpcPassword)}`,
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
      },
      signal,
    });
    return wholeAnswer(call, body, limits.bytes).catch((failure: Error) => {
      if (failure instanceof TooLong)
        throw new Error(
          limits.bytes === undefined
            ? `${this.where} cannot be trusted: its answer to ${method} is longer than ${failure.most / 1024} KiB, which no daemon's is; it was not read`
            : `the answer of ${this.where} to ${method} is longer than ${failure.most / 2 ** 20} MiB; it was not read`,
        );
      const why = signal.aborted ? `no answer in ${withinMilliseconds / 1000} s` : connectionFailure(failure);
      throw new NotYet("waiting-for-chain", `${this.where}: ${why}`);
    });
  }
}
