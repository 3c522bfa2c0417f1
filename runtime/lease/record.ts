import { isObject } from "../json";
import type { Asking } from "./lessor";
import type { WitnessAnswer } from "./rules";

/** An object of the cluster's API, as it was read. */
export type ApiObject = Readonly<Record<string, unknown>>;

/** Annotation: who has the lease, for people. */
const HOLDER = "dokomodo/holder";
/**
 * Annotation: the holder's round. It makes every renewal a change (the API server keeps the resourceVersion where a PUT
 * changes nothing, so a wall clock that was set back might hide one), and what is given back is this grant, no later one.
 */
const ROUND = "dokomodo/round";

const ABSENT = "absent";

/** What a Lease of coordination.k8s.io/v1 says. */
export interface LeaseRecord {
  /** Empty where nobody has it. */
  readonly instance: string;
  readonly holder: string;
  /** How long it lasts after a renewal; 0 where it does not say. */
  readonly seconds: number;
  /** NaN where it does not say. */
  readonly round: number;
  /** Another one after each change, whoever made it, and after the object was made anew. */
  readonly mark: string;
}

/** Another's lease: what it was when it was first seen as it is now, and when that was by the own clock. */
export interface Sighting {
  readonly mark: string;
  readonly holder: string;
  readonly seconds: number;
  readonly since: number;
}

export function recordOf(object: ApiObject): LeaseRecord {
  const { metadata, annotations, spec } = partsOf(object);
  const instance = String(spec["holderIdentity"] ?? "");
  return {
    instance,
    holder: lineOf(String(annotations[HOLDER] ?? instance)),
    seconds: Number(spec["leaseDurationSeconds"] ?? 0),
    round: Number(annotations[ROUND] ?? Number.NaN),
    mark: [metadata["uid"], metadata["resourceVersion"], spec["renewTime"]].join("/"),
  };
}

/**
 * What is to be remembered of another's lease; undefined where it is free or the own one. One that was another's and
 * is deleted counts as changed just then: nobody who gives a lease back deletes it.
 * @param now when what was found had been read, so that no change of it is later than what is remembered
 */
export function sight(
  before: Sighting | undefined,
  found: LeaseRecord | undefined,
  asking: Pick<Asking, "instance" | "seconds">,
  now: number,
): Sighting | undefined {
  if (found === undefined)
    return before === undefined || before.mark === ABSENT ? before : { ...before, mark: ABSENT, since: now };
  const { instance, mark, holder, seconds } = found;
  if (instance === "" || instance === asking.instance) return undefined;
  return before?.mark === mark ? before : { mark, holder, seconds: seconds || asking.seconds, since: now };
}

/** Why another's lease may not be taken now; undefined where it may. */
export function refusalOf(sighting: Sighting | undefined, now: number): WitnessAnswer | undefined {
  if (sighting === undefined) return undefined;
  const seenSeconds = now - sighting.since;
  const seconds = sighting.seconds - seenSeconds;
  return seconds > 0 ? { kind: "refused", holder: sighting.holder, seenSeconds, seconds } : undefined;
}

/** The object with which the asking instance has the lease, anew or still. What others put into it stays. */
export function takenLease(
  before: ApiObject | undefined,
  place: { readonly namespace: string; readonly name: string },
  { instance, holder, seconds, round }: Asking,
  wallClock: Date,
): ApiObject {
  const { metadata, annotations, spec } = partsOf(before);
  const isOwn = spec["holderIdentity"] === instance;
  const now = microTime(wallClock);
  const transitions = Number(spec["leaseTransitions"] ?? 0);
  return {
    ...before,
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      ...metadata,
      ...place,
      annotations: { ...annotations, [HOLDER]: holder, [ROUND]: String(round) },
    },
    spec: {
      ...spec,
      holderIdentity: instance,
      // A whole number, by the API's rules.
      leaseDurationSeconds: Math.ceil(seconds),
      acquireTime: isOwn ? (spec["acquireTime"] ?? now) : now,
      renewTime: now,
      leaseTransitions: before === undefined || isOwn ? transitions : transitions + 1,
    },
  };
}

/** The object when nobody has the lease any more. */
export function freeLease(before: ApiObject, wallClock: Date): ApiObject {
  return {
    ...before,
    spec: { ...partsOf(before).spec, holderIdentity: "", renewTime: microTime(wallClock) },
  };
}

function partsOf(
  object: ApiObject | undefined,
): Readonly<Record<"metadata" | "annotations" | "spec", ApiObject>> {
  const partOf = (value: unknown) => (isObject(value) ? value : {});
  const metadata = partOf(object?.["metadata"]);
  return { metadata, annotations: partOf(metadata["annotations"]), spec: partOf(object?.["spec"]) };
}

/** Kubernetes' MicroTime, which takes six digits and no fewer. */
function microTime(time: Date): string {
  return time.toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
}

/** It is shown to people, a line each. */
function lineOf(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").slice(0, 300);
}
