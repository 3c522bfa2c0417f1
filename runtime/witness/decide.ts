import type { BootClock } from "../bootClock";

/** Who has the lease of a key, as its file says. */
export interface LeaseRecord {
  /** Opaque; the same for every call of one instance. */
  readonly instance: string;
  /** For people: `notary east of stack prod on host alpha`. */
  readonly holder: string;
  /** How long it lasts after it was renewed; 0 for a lease that was given back. */
  readonly seconds: number;
  /** Grows with each call of the instance, so that a call that was held up on its way changes nothing later. */
  readonly round: number;
  readonly bootId: string;
  /** Seconds after that boot. */
  readonly renewedAt: number;
}

export interface LeaseRequest {
  readonly instance: string;
  readonly holder: string;
  readonly seconds: number;
  readonly round: number;
}

export type Decision =
  | { readonly kind: "granted"; readonly renewed: boolean; readonly write: LeaseRecord }
  | {
      readonly kind: "refused";
      readonly by: LeaseRecord;
      /** How long ago the holder renewed. */
      readonly seenSeconds: number;
      /** How long its lease still lasts. */
      readonly seconds: number;
      /** What is to be kept first, where the record was of an earlier boot. */
      readonly write?: LeaseRecord;
    };

/** What a witness answers to one that asks for a lease. */
export function decide(found: LeaseRecord | undefined, request: LeaseRequest, clock: BootClock): Decision {
  const now = clock.seconds();
  const record = found === undefined ? undefined : ofThisBoot(found, clock);
  const isOwn = record?.instance === request.instance;
  const isOutdated = isOwn && request.round < record.round;
  if (record !== undefined && (isOutdated || (!isOwn && isAlive(record, now)))) {
    const seenSeconds = Math.max(0, now - record.renewedAt);
    const seconds = Math.max(0, record.seconds - seenSeconds);
    const refused = { kind: "refused", by: record, seenSeconds, seconds } as const;
    return record === found ? refused : { ...refused, write: record };
  }
  const { instance, holder, seconds, round } = request;
  return {
    kind: "granted",
    renewed: isOwn && isAlive(record, now),
    write: { instance, holder, seconds, round, bootId: clock.bootId, renewedAt: now },
  };
}

/** What is to be written so that the instance has the lease no more; undefined where that is so already. */
export function decideRelease(
  found: LeaseRecord | undefined,
  { instance, round }: Pick<LeaseRequest, "instance" | "round">,
  clock: BootClock,
): LeaseRecord | undefined {
  if (found?.instance !== instance || round < found.round) return undefined;
  if (found.seconds === 0 && round === found.round) return undefined;
  return { ...found, seconds: 0, round, bootId: clock.bootId, renewedAt: clock.seconds() };
}

/**
 * How long before this boot a record was renewed nobody knows, and its holder may live on another host: it counts as
 * renewed now, which is when this boot first sees it.
 */
export function ofThisBoot(record: LeaseRecord, clock: BootClock): LeaseRecord {
  if (record.bootId === clock.bootId) return record;
  return { ...record, bootId: clock.bootId, renewedAt: clock.seconds() };
}

function isAlive(record: LeaseRecord, now: number): boolean {
  return now < record.renewedAt + record.seconds;
}
