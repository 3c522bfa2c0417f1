import type { WitnessAnswer } from "./rules";

/** What is asked on behalf of one instance. */
export interface Asking {
  readonly instance: string;
  /** For people. */
  readonly holder: string;
  /** How long the lease lasts from when it is granted. */
  readonly seconds: number;
  /** Grows with each call of the instance, over restarts of its agent, too. */
  readonly round: number;
}

/** Who gives the lease to one instance at a time: a witness, or the API server of a cluster. */
export interface Lessor {
  readonly kind: "witness" | "api-server";
  /** For people: a witness's host, or the Lease's `namespace/name`. */
  readonly name: string;
  /** Never rejects. */
  ask(asking: Asking): Promise<WitnessAnswer>;
  /** Gives back what was granted in this round or before; what cannot be given back ends by itself. Never rejects. */
  release(of: Pick<Asking, "instance" | "round">): Promise<void>;
}
