import { isObject } from "../json";
import type { LeaseRequest, LessorAnswer } from "./lessor";

/** An object of the cluster's API, as it was read. */
export type ApiObject = Readonly<Record<string, unknown>>;

/** The names of a Lease object and of its namespace. */
export interface LeaseObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** Annotation: the holder, for people. */
const HOLDER = "dokomodo/holder";
/**
 * Annotation: the holder's round. It makes every renewal a change. Without it a wall clock that was set back could
 * make a PUT that changes nothing, for which the API server keeps the resourceVersion. It also tells which grant is
 * given back.
 */
const ROUND = "dokomodo/round";

const ABSENT = "absent";

/** What a Lease object said when it was read. */
export interface ObservedLease {
  /** Empty where nobody has the lease. */
  readonly instance: string;
  readonly holder: string;
  /** How long it lasts after a renewal; 0 where it does not say. */
  readonly seconds: number;
  /** NaN where it does not say. */
  readonly round: number;
  /** Different after each change, whoever made it, and after the object was deleted and made again. */
  readonly mark: string;
}

/** What we remember of another instance's lease. */
export interface Sighting {
  readonly mark: string;
  readonly holder: string;
  readonly seconds: number;
  /** When it was first seen with this mark, by our own clock. */
  readonly since: number;
}

export function observedLease(object: ApiObject): ObservedLease {
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

/** One look at the Lease object. */
export interface Look {
  /** Undefined where there is no such object. */
  readonly found: ObservedLease | undefined;
  readonly request: Pick<LeaseRequest, "instance" | "seconds">;
  /** Our clock after the object was read. */
  readonly now: number;
}

/**
 * What has to be remembered of another instance's lease; undefined where the lease is free, or ours. A lease that was
 * another's and is now deleted counts as changed at this moment, because no instance deletes it to give it back.
 */
export function sight(before: Sighting | undefined, { found, request, now }: Look): Sighting | undefined {
  if (found === undefined)
    return before === undefined || before.mark === ABSENT ? before : { ...before, mark: ABSENT, since: now };
  const { instance, mark, holder, seconds } = found;
  if (instance === "" || instance === request.instance) return undefined;
  return before?.mark === mark ? before : { mark, holder, seconds: seconds || request.seconds, since: now };
}

/** Why another instance's lease may not be taken now; undefined where it may. */
export function refusalOf(sighting: Sighting | undefined, now: number): LessorAnswer | undefined {
  if (sighting === undefined) return undefined;
  const seenSeconds = now - sighting.since;
  const seconds = sighting.seconds - seenSeconds;
  return seconds > 0 ? { kind: "refused", holder: sighting.holder, seenSeconds, seconds } : undefined;
}

/** A change of a Lease object by which an instance takes the lease, or renews it. */
export interface Taking {
  readonly objectName: LeaseObjectName;
  readonly request: LeaseRequest;
  /** Written for people. No instance decides by it. */
  readonly wallClock: Date;
}

/** The object after the change. What others have put into it stays. */
export function takenLease(
  before: ApiObject | undefined,
  { objectName, request, wallClock }: Taking,
): ApiObject {
  const { instance, holder, seconds, round } = request;
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
      ...objectName,
      annotations: { ...annotations, [HOLDER]: holder, [ROUND]: String(round) },
    },
    spec: {
      ...spec,
      holderIdentity: instance,
      // The API takes whole numbers only.
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

/** Anybody may write the annotation, and it is shown to people as one line. */
function lineOf(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").slice(0, 300);
}
