import { request } from "node:https";
import { z } from "zod";
import { BoundedText } from "../runtime/BoundedText";
import { mutualTls } from "./mutualTls";
import type { ClientAccess } from "./outputs";

/** What is called on a chain's daemon. */
export interface RpcCall {
  readonly symbol: string;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Some calls take minutes. */
const TIMEOUT_MILLISECONDS = 600_000;
const LONGEST_ANSWER_MIB = 64;

const rpcAnswer = z.object({
  result: z.unknown(),
  error: z.object({ code: z.number().optional(), message: z.string() }).nullish(),
});

/** Calls a chain's daemon once, as a client does. Resolves to the result, and rejects with the daemon's error. */
export async function callDaemon(
  access: ClientAccess,
  call: RpcCall,
  timeoutMilliseconds = TIMEOUT_MILLISECONDS,
): Promise<unknown> {
  const { status, text } = await post(access, call, timeoutMilliseconds);
  const { data } = rpcAnswer.safeParse(parsed(text));
  if (data === undefined) throw new Error(`${call.symbol} answered HTTP ${status}, and not in JSON-RPC`);
  if (data.error) {
    const { code, message } = data.error;
    throw new Error(code === undefined ? message : `${message} (error ${code})`);
  }
  return data.result;
}

function post(
  access: ClientAccess,
  { symbol, method, params }: RpcCall,
  timeout: number,
): Promise<{ status: number; text: string }> {
  const { hostname, port } = access.address;
  const where = `${symbol} at ${hostname}:${port}`;
  const body = JSON.stringify({ jsonrpc: "1.0", id: "dokomodo", method, params });
  return new Promise((resolve, reject) => {
    const answer = new BoundedText(LONGEST_ANSWER_MIB * 2 ** 20);
    const posted = request(
      {
        ...mutualTls(access),
        method: "POST",
        path: `/${symbol}`,
        agent: false,
        headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
        timeout,
      },
      (response) => {
        response.on("data", (chunk: Buffer) => {
          if (!answer.add(chunk))
            posted.destroy(new Error(`its answer is longer than ${LONGEST_ANSWER_MIB} MiB`));
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text: answer.text }));
        response.on("error", fail);
      },
    );
    posted.on("timeout", () => posted.destroy(new Error(`no answer in ${timeout / 1000} s`)));
    posted.on("error", fail);
    posted.end(body);

    function fail({ message }: Error): void {
      reject(new Error(`cannot call ${where}: ${message}`));
    }
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
