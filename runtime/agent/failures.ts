import type { SilenceKind } from "../../readings/chain";

/** Something cannot be done now, though nothing is wrong. Waiting helps. */
export class NotYet extends Error {
  constructor(
    readonly waitingState: "waiting-for-chain" | "loading" | "waiting-for-iguana",
    message: string,
    /** Why a chain's daemon does not answer. */
    readonly silence?: SilenceKind,
  ) {
    super(message);
  }
}

/** What answers as a chain's daemon is of no use to this agent. Waiting does not help. */
export class Unusable extends Error {
  constructor(
    readonly silence: SilenceKind,
    message: string,
  ) {
    super(message);
  }
}

/** A daemon answered that it will not do what it was asked, with a code of JSON-RPC. */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(`${message} (${code})`);
  }
}

/** Iguana answered that it will not do what it was asked. It has no codes. */
export class IguanaRefusal extends Error {}

/** What a failure says to people. */
export function reasonOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

/** `connection refused` rather than `connect ECONNREFUSED 127.0.0.1:8923`. */
export function connectionFailure(failure: Error): string {
  const code = "code" in failure ? failure.code : undefined;
  // Node gives this the code of a connection that was reset.
  if (failure.message === "aborted") return "the connection was closed within the answer";
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ECONNRESET" || code === "EPIPE") return "connection closed without an answer";
  return failure.message;
}

/** The error code of JSON-RPC for a method that the daemon does not have (https://www.jsonrpc.org/specification#error_object). */
export const METHOD_NOT_FOUND = -32601;
