import {
  isList,
  type Json,
  JsonNumber,
  type JsonObject,
  NotStrict,
  readStrict,
  writeJson,
} from "./strictJson";

/** One call, and nothing but what a daemon reads of it. */
export interface RpcCall {
  readonly method: string;
  /** What the daemon gets. */
  readonly json: string;
  /** The call's id as JSON; null where it has none. */
  readonly id: string;
}

/** What a client sent: one call, or a batch of them. */
export interface RpcRequest {
  readonly isBatch: boolean;
  readonly calls: readonly RpcCall[];
}

/** The error codes of JSON-RPC, as daemons use them (docs/internals/domain.md, how a daemon reads a call). */
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INTERNAL_ERROR = -32603;

/** The client's body is not a request. `code` is the one of JSON-RPC. */
export class NotARequest extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Clients that index blocks send some hundreds at once. */
const MOST_CALLS = 1000;

/** Reads a client's body. Throws NotARequest. */
export function readRequest(body: Uint8Array): RpcRequest {
  const value = jsonOf(body);
  if (!isList(value)) return { isBatch: false, calls: [readCall(value)] };
  if (value.length === 0 || value.length > MOST_CALLS)
    throw new NotARequest(INVALID_REQUEST, `a batch must have 1 to ${MOST_CALLS} calls`);
  return { isBatch: true, calls: value.map(readCall) };
}

/** The body that the daemon gets. Only what was checked is in it. */
export function writeRequest({ isBatch, calls }: RpcRequest): string {
  const texts = calls.map(({ json }) => json).join();
  return isBatch ? `[${texts}]` : texts;
}

/**
 * An answer in the daemons' form, with an error for each call.
 * @param request undefined where the client sent none
 */
export function errorAnswer(
  request: RpcRequest | undefined,
  code: number,
  messageOf: (method: string) => string,
): string {
  const answer = (id: string, method: string): string =>
    `{"result":null,"error":${JSON.stringify({ code, message: messageOf(method) })},"id":${id}}`;
  const { isBatch, calls } = request ?? { isBatch: false, calls: [{ id: "null", method: "" }] };
  const answers = calls.map(({ id, method }) => answer(id, method)).join();
  return `${isBatch ? `[${answers}]` : answers}\n`;
}

function jsonOf(body: Uint8Array): Json {
  try {
    return readStrict(body);
  } catch (failure) {
    if (failure instanceof NotStrict)
      throw new NotARequest(PARSE_ERROR, `the body cannot be read: ${failure.message}`);
    throw failure;
  }
}

function readCall(value: Json): RpcCall {
  if (!isJsonObject(value)) throw invalid("must be an object");
  const id = value.get("id") ?? null;
  const method = value.get("method");
  const params = value.get("params") ?? null;
  const version = value.get("jsonrpc");
  if (typeof method !== "string") throw invalid("must have a method, which is a text");
  if (params !== null && !isList(params) && !isJsonObject(params))
    throw invalid("must have params that are an array or an object, or none");
  if (id !== null && typeof id !== "string" && !(id instanceof JsonNumber))
    throw invalid("must have an id that is a text, a number or null, or none");
  if (version !== undefined && typeof version !== "string")
    throw invalid("must have a jsonrpc that is a text");
  const sent = new Map<string, Json>();
  if (version !== undefined) sent.set("jsonrpc", version);
  // JSON-RPC 2.0 tells an id of null from none.
  if (value.has("id")) sent.set("id", id);
  sent.set("method", method);
  if (params !== null) sent.set("params", params);
  return { method, json: writeJson(sent), id: writeJson(id) };
}

function isJsonObject(value: Json): value is JsonObject {
  return value instanceof Map;
}

function invalid(what: string): NotARequest {
  return new NotARequest(INVALID_REQUEST, `a call ${what}`);
}
