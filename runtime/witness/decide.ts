import type { BootClock } from "../bootClock";
import type { LeaseRequest, ReleaseRequest } from "../lease/lessor";

/** The lease of a key, as its file holds it. */
export interface LeaseRecord {
  /** Who has it. The text is opaque here, and the same for every call of one instance. */
  readonly instance: string;
  /** The instance for people: `notary east of stack prod on host alpha`. */
  readonly holder: string;
  /** How long it lasts after it was renewed; 0 for a lease that was given back. */
  readonly seconds: number;
  /** The round of the request that last changed it. */
  readonly round: number;
  /** The boot that `renewedAt` counts from. */
  readonly bootId: string;
  /** Seconds after that boot. */
  readonly renewedAt: number;
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
      /** What has to be written before the answer. Absent unless the record was of an earlier boot. */
      readonly write?: LeaseRecord | undefined;
    };

/** What a witness answers to a request for the lease. */
export function decide(found: LeaseRecord | undefined, request: LeaseRequest, clock: BootClock): Decision {
  const now = clock.seconds();
  const record = found === undefined ? undefined : ofThisBoot(found, clock);
  const isOwn = record?.instance === request.instance;
  const isOutdated = isOwn && request.round < record.round;
  if (record !== undefined && (isOutdated || (!isOwn && isAlive(record, now)))) {
    const seenSeconds = Math.max(0, now - record.renewedAt);
    const seconds = Math.max(0, record.seconds - seenSeconds);
    const write = record === found ? undefined : record;
    return { kind: "refused", by: record, seenSeconds, seconds, write };
  }
  const { instance, holder, seconds, round } = request;
  return {
    kind: "granted",
    renewed: isOwn && isAlive(record, now),
    write: { instance, holder, seconds, round, bootId: clock.bootId, renewedAt: now },
  };
}

/** What has to be written so that the instance no longer has the lease; undefined where that is so already. */
export function decideRelease(
  found: LeaseRecord | undefined,
  { instance, round }: ReleaseRequest,
  clock: BootClock,
): LeaseRecord | undefined {
  if (found?.instance !== instance || round < found.round) return undefined;
  if (found.seconds === 0 && round === found.round) return undefined;
  return { ...found, seconds: 0, round, bootId: clock.bootId, renewedAt: clock.seconds() };
}

/**
 * The record in the time of this boot. We cannot know how long before this boot an older record was renewed, and its
 * holder may run on another host. So it counts as renewed now, when this boot first sees it.
 */
export function ofThisBoot(record: LeaseRecord, clock: BootClock): LeaseRecord {
  if (record.bootId === clock.bootId) return record;
  return { ...record, bootId: clock.bootId, renewedAt: clock.seconds() };
}

function isAlive(record: LeaseRecord, now: number): boolean {
  return now < record.renewedAt + record.seconds;
}
