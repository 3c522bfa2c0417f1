/**
 * Asks for the lease, or for its renewal, on behalf of one instance. To a witness it is sent as JSON in these fields.
 */
export interface LeaseRequest {
  /** The same for every call of one instance, and for no other instance (instance.ts). */
  readonly instance: string;
  /** The instance as people know it: `notary east of stack prod on host alpha`. */
  readonly holder: string;
  /** How many seconds the lease lasts after it is granted. */
  readonly seconds: number;
  /**
   * Grows with each call of the instance, also when its process has started again. A call that was delayed on its way
   * can thus not undo a later one.
   */
  readonly round: number;
}

/** Gives back what was granted to the instance in this round or before. */
export type ReleaseRequest = Pick<LeaseRequest, "instance" | "round">;

/** The answer of one lessor to one request. */
export type LessorAnswer =
  /** `renewed`: the instance had this lessor's lease already. */
  | { readonly kind: "granted"; readonly renewed: boolean }
  /** Another instance has the lease. */
  | {
      readonly kind: "refused";
      readonly holder: string;
      /** How long ago the holder was last seen to renew. */
      readonly seenSeconds: number;
      /** How long the holder's lease still lasts. */
      readonly seconds: number;
    }
  | { readonly kind: "silent" }
  /** The answer is not one that a lessor gives. `why` is for people. */
  | { readonly kind: "faulty"; readonly why: string };

/** Gives the lease to one instance at a time: a witness, or the Lease object of a cluster. */
export interface Lessor {
  readonly kind: "witness" | "api-server";
  /** For people: a witness's host, or the Lease object's `namespace/name`. */
  readonly name: string;
  /** Never rejects. */
  ask(request: LeaseRequest): Promise<LessorAnswer>;
  /** Never rejects. A lease that cannot be given back ends by itself. */
  release(request: ReleaseRequest): Promise<void>;
}
