import { request } from "node:http";
import type { SilenceKind } from "../../readings/chain";
import { isObject, parseJson } from "../json";
import { type HttpAnswer, TooLong, wholeAnswer } from "../wholeAnswer";
import { connectionFailure, NotYet, RpcError, Unusable } from "./failures";
import type { AgentCoin, CoinSecrets } from "./plan";
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
  private readonly daemon: string;
  private readonly port: number;

  constructor(
    { symbol, rpcPort }: Pick<AgentCoin, "symbol" | "rpcPort">,
    private readonly secrets: Pick<CoinSecrets, "rpcUser" | "rpcPassword">,
    /** The id of its calls. It tells who calls. */
    private readonly id = "dokomodo",
  ) {
    this.daemon = `the daemon of ${symbol}`;
    this.port = rpcPort;
  }

  /**
   * The `result` of a call. An array has positional params, an object has named ones.
   *
   * Rejects with NotYet while the daemon is away, busy or loading, with Unusable where it is another daemon or has
   * another password, and with RpcError where it refuses the call.
   */
  async call(
    method: string,
    params: readonly unknown[] | object = [],
    limits: CallLimits = {},
  ): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "1.0", id: this.id, method, params });
    const { status, text } = await this.post(method, body, limits);
    if (status === 401)
      throw new Unusable(
        "password",
        `${this.daemon} refuses the user and password (HTTP 401). \`pulumi up\` gives it and this agent the same; ` +
          "if somebody else runs it, correct them in dokomodo:external",
      );
    if (status === 403)
      throw new Unusable("error", `${this.daemon} refuses this address (HTTP 403, rpcallowip)`);
    const answer = parseJson(text);
    if (!isObject(answer)) {
      // A daemon with too many calls answers "Work queue depth exceeded", as plain text.
      if (status === 500 || status === 503)
        throw new NotYet(
          "waiting-for-chain",
          `${this.daemon} is busy: HTTP ${status} ${text.trim().slice(0, 80)}`,
          "error",
        );
      throw new Unusable("error", `${this.daemon} does not answer like a chain's daemon (HTTP ${status})`);
    }
    const { result, error } = answer;
    if (error === undefined || error === null) return result;
    const { code, message } = isObject(error) ? error : { code: 0, message: JSON.stringify(error) };
    if (code === IN_WARMUP) throw new NotYet("loading", String(message), "loading");
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
        throw new Unusable(
          "error",
          limits.bytes === undefined
            ? `${this.daemon} cannot be trusted: its answer to ${method} is longer than ${failure.most / 1024} KiB, which no daemon's is; it was not read`
            : `the answer of ${this.daemon} to ${method} is longer than ${failure.most / 2 ** 20} MiB; it was not read`,
        );
      const [kind, why] = signal.aborted
        ? (["silent", `no answer in ${withinMilliseconds / 1000} s`] as const)
        : [silenceKind(failure), connectionFailure(failure)];
      if (kind === "link")
        throw new NotYet(
          "waiting-for-chain",
          `the proxy beside this agent does not lead to ${this.daemon}: ${why}`,
          kind,
        );
      throw new NotYet("waiting-for-chain", `${this.daemon}: ${why}`, kind);
    });
  }
}

/**
 * What a broken connection says. The port belongs to the proxy beside the agent, which takes connections whether or not
 * there is a daemon. It closes one without an answer when it has given the daemon up.
 */
function silenceKind(failure: Error): SilenceKind {
  const code = "code" in failure ? failure.code : undefined;
  if (code === "ECONNREFUSED") return "link";
  return failure.message === "aborted" ? "error" : "down";
}
