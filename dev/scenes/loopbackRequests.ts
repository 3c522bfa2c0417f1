import { setTimeout as sleep } from "node:timers/promises";
import { AGENT_PORT } from "../../notary/ports";
import { answerText, requestText } from "../../runtime/iguanaMessage";
import { type AgentStatus, agentStatus } from "../status";
import type { LoopbackRequest } from "./Loopback";

const IGUANA_PORT = 7776;

/** A call of a daemon, with the login of its conf. */
export function daemonRequest(
  { conf, port }: { readonly conf: string; readonly port: number },
  method: string,
  params: readonly unknown[],
): LoopbackRequest {
  const body = JSON.stringify({ id: "test", method, params });
  return { port, conf, text: [`Content-Length: ${Buffer.byteLength(body)}`, "", body].join("\r\n") };
}

/** A call of a daemon, with the login that a conf's text has. */
export function requestWith(port: number, confText: string): LoopbackRequest {
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(confText)?.[1] ?? "";
  const login = Buffer.from(`${value("rpcuser")}:${value("rpcpassword")}`).toString("base64");
  const { text } = daemonRequest({ conf: "", port }, "getblockcount", []);
  return { port, text: `POST / HTTP/1.0\r\nAuthorization: Basic ${login}\r\n${text}` };
}

/** What a daemon answers while it reads its blocks after a start (bitcoind's RPC_IN_WARMUP). */
const LOADING = -28;
const LOADING_MILLISECONDS = 30_000;

/**
 * The result of a call of a daemon. A daemon that still reads its blocks is called again, because a test asks it at once
 * after an `up`. Throws with the daemon's error.
 * @param send sends the request and returns the answer
 */
export async function resultOf(called: string, send: () => Promise<string>): Promise<unknown> {
  const started = Date.now();
  for (;;) {
    const { error, result } = JSON.parse(answerText(await send()) ?? "");
    if (error === null) return result;
    if (error.code !== LOADING || Date.now() - started > LOADING_MILLISECONDS)
      throw new Error(`${called}: ${JSON.stringify(error)}`);
    await sleep(100);
  }
}

export function iguanaRequest(request: object): LoopbackRequest {
  return { port: IGUANA_PORT, text: requestText(request) };
}

export function iguanaAnswer(response: string): Record<string, unknown> {
  return JSON.parse(answerText(response) ?? "");
}

/** What `agent.cjs status` asks for. That is a program that starts for each question. */
export const STATUS_REQUEST: LoopbackRequest = { port: AGENT_PORT, text: "GET /status HTTP/1.0\r\n\r\n" };

/** The agent's status; undefined if it has not answered, or not to the end. */
export function statusAnswer(response: string): AgentStatus | undefined {
  const text = answerText(response);
  return text?.endsWith("\n") === true ? agentStatus.parse(JSON.parse(text)) : undefined;
}
