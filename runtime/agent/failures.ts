/** Something cannot be done now, though nothing is wrong. Waiting helps. */
export class NotYet extends Error {
  constructor(
    readonly waitingState: "waiting-for-chain" | "loading" | "waiting-for-iguana",
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

/** `connection refused` rather than `connect ECONNREFUSED 127.0.0.1:8923`. */
export function connectionFailure(failure: Error): string {
  const code = "code" in failure ? failure.code : undefined;
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ECONNRESET" || code === "EPIPE") return "connection closed without an answer";
  return failure.message;
}
