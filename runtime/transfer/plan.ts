/**
 * What one side of a transfer does. The platform writes it as a JSON file that only this container has, because it holds
 * the secret; transfer reads it (readPlan.ts).
 */
export type TransferPlan = SendPlan | ReceivePlan;

interface Side {
  /** The volume: an absolute path in the container. */
  readonly directory: string;
  /** The volume within a sentence: `the volume east-beer-data of host alpha`. */
  readonly called: string;
  /** Where the daemon finds the volume, on both hosts. A link may name it. */
  readonly seenAt: string;
  /** The TCP port on which the receiver listens. */
  readonly port: number;
  /** What both sides know, and nobody else: 64 hex digits. It is made for one transfer. */
  readonly secret: string;
  readonly pass: Pass;
}

/**
 * `ahead`: copies what it finds, while the daemon still writes. `last`: nothing writes any more. Every byte of both sides
 * is compared, and at the end the volume counts as whole.
 */
export type Pass = "ahead" | "last";

export interface SendPlan extends Side {
  readonly role: "send";
  /** Name or address of the receiver's host. */
  readonly host: string;
}

export interface ReceivePlan extends Side {
  readonly role: "receive";
  /** How to make room for the volume: one sentence or more. */
  readonly makeRoom: string;
}
