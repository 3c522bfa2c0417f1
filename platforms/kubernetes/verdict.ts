import type { CoreV1Event, V1ContainerStatus, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { PROVISION_ROLE } from "../provision";
import { failuresIn } from "./provisioning";

/** What is known of a workload's start. */
export interface Seen {
  readonly set?: V1StatefulSet | undefined;
  /** The pod of its name, which may be an earlier one that is about to end. */
  readonly pod?: V1Pod | undefined;
  /** Events of the set, the pod and its claim. */
  readonly events: readonly CoreV1Event[];
}

/** The state of a workload's start. */
export type Start =
  /** `quietSeconds` is how long all of its containers run without it taking calls; absent if it takes calls. */
  | {
      readonly kind: "started";
      readonly warning?: string | undefined;
      readonly quietSeconds?: number | undefined;
    }
  | { readonly kind: "waiting"; readonly why: string; readonly quietSeconds?: number | undefined }
  /** The cluster did not make the pod at its last try. It tries again by itself, at longer and longer intervals. */
  | { readonly kind: "refused"; readonly why: string; readonly at: Date }
  | { readonly kind: "failed"; readonly why: string };

/** Seconds that the scheduler and volumes get. What is not solved by then needs a person. */
const PATIENCE_SECONDS = 30;
/** Seconds after which a daemon that takes no calls is no longer waited for, because it may read its index for long. */
const QUIET_SECONDS = 60;
/** Seconds after which a process counts as started if no probe says that it takes calls. */
const ALIVE_SECONDS = 5;

/** Seconds for which a refusal is reported without its age. */
const FRESH_SECONDS = 10;
/**
 * The longest pause between two tries of the cluster (docs/internals/engines.md, how often the cluster tries again).
 */
const RETRY_MINUTES = 17;

/**
 * Reasons with which the kubelet gives up, or tries the same again and again (docs/internals/engines.md, without an
 * image).
 */
const HOPELESS = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "CrashLoopBackOff",
]);

/** Events of a pod, or its claim, that cannot come up without somebody's help. */
const BLOCKING = new Set(["FailedMount", "FailedAttachVolume", "ProvisioningFailed", "FailedBinding"]);
/** The kubelet of a busy node has not been told of an object yet. It tries again within seconds. */
const PASSING = /failed to sync (configmap|secret) cache/;
/** Events that say that a new node is being made for the pod. */
const GROWING = new Set(["TriggeredScaleUp", "Nominated"]);

const STOPPED = "somebody stopped it, and it was left so. `npx dokomodo start` starts it";

/** Judges whether a workload has started, may still start, or will not. */
export function judgeStart({ set, pod, events }: Seen, now: Date): Start {
  const { generation } = set?.metadata ?? {};
  const { observedGeneration = 0, updateRevision } = set?.status ?? {};
  if (set === undefined || observedGeneration < (generation ?? 0))
    return waiting("the cluster has not looked at it yet");
  // An update that changes the set starts it again. One that does not leaves it as the person wanted it.
  if (set.spec?.replicas === 0) return { kind: "started", warning: STOPPED };
  if (pod === undefined) return judgeAbsent(events, set);
  if (pod.metadata?.deletionTimestamp !== undefined) return waiting("its earlier pod is ending");
  if (pod.metadata?.labels?.["controller-revision-hash"] !== updateRevision) {
    return waiting("its earlier pod is to be ended");
  }
  return judgePod(pod, events, now);
}

/** Judges a workload without a pod. Quotas and admission rules refuse the pod itself, and the set's events say why. */
function judgeAbsent(events: readonly CoreV1Event[], set: V1StatefulSet): Start {
  const refused = newest(events, (reason) => reason === "FailedCreate", set.metadata?.creationTimestamp);
  if (refused === undefined) return waiting("its pod is being made");
  return { kind: "refused", why: refused.message ?? "its pod was refused", at: new Date(timeOf(refused)) };
}

/** Describes a refusal for people, with its age, because its cause may be gone by now. */
export function describeRefusal({ why, at }: { why: string; at: Date }, now: Date): string {
  const age = Math.round(secondsSince(at, now));
  const ago = age < 120 ? `${age} s` : `${Math.round(age / 60)} min`;
  const when = age < FRESH_SECONDS ? "" : ` (${ago} ago)`;
  return `${why}${when}; the cluster tries again by itself, at least every ${RETRY_MINUTES} min, and when up runs again`;
}

function judgePod(pod: V1Pod, events: readonly CoreV1Event[], now: Date): Start {
  const { status, metadata } = pod;
  const { initContainerStatuses = [], containerStatuses = [] } = status ?? {};
  // An init container that has done its work does not run any more.
  const init = initContainerStatuses.filter(({ state }) => state?.terminated?.exitCode !== 0);
  const containers = [...init, ...containerStatuses];
  const broken = containers.flatMap(describeFailure);
  if (broken.length > 0) return failed(broken.join("; "));
  const age = secondsSince(metadata?.creationTimestamp, now);
  const isGrowing = events.some((event) => {
    return GROWING.has(event.reason ?? "") && isSince(event, metadata?.creationTimestamp);
  });
  const isPatient = age < PATIENCE_SECONDS || isGrowing;
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  // The kubelet starts no container before all volumes are there, so what kept one away is over then.
  const hasVolumes = [...initContainerStatuses, ...containerStatuses].some(
    ({ state }) => state?.running !== undefined || state?.terminated !== undefined,
  );
  const blocked = hasVolumes ? undefined : blockedBy(events, metadata?.creationTimestamp);
  if (scheduled?.status === "False") {
    const why = [scheduled.message ?? "no node takes it", ...(blocked === undefined ? [] : [blocked])].join(
      "; ",
    );
    return isPatient ? waiting(why) : failed(why);
  }
  const ages = containers.map(({ state }) => state?.running?.startedAt);
  if (containers.length === 0 || ages.includes(undefined)) {
    if (blocked !== undefined && !isPatient) return failed(blocked);
    return waiting(blocked ?? describeWaiting(containers));
  }
  const alive = Math.min(...ages.map((startedAt) => secondsSince(startedAt, now)));
  const isReady =
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
  if (isReady && (alive >= ALIVE_SECONDS || areProbed(pod))) return { kind: "started" };
  if (alive < QUIET_SECONDS) return { ...waiting("it takes no calls yet"), quietSeconds: alive };
  const warning = `it runs, and takes no calls yet after ${QUIET_SECONDS} s`;
  return { kind: "started", warning, quietSeconds: alive };
}

/** Whether each container that goes on has a probe. A pod that is ready takes calls then. */
function areProbed({ spec }: V1Pod): boolean {
  const sidecars = spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === "Always") ?? [];
  const containers = [...sidecars, ...(spec?.containers ?? [])];
  return (
    containers.length > 0 &&
    containers.every((each) => (each.readinessProbe ?? each.startupProbe) !== undefined)
  );
}

/** What keeps a volume from a pod that was made at this time. */
function blockedBy(events: readonly CoreV1Event[], since: Date | undefined): string | undefined {
  return newest(
    events.filter(({ message }) => !PASSING.test(message ?? "")),
    (reason) => BLOCKING.has(reason),
    since,
  )?.message;
}

function describeFailure({ name, image, state, lastState, restartCount }: V1ContainerStatus): string[] {
  const { reason, message } = state?.waiting ?? {};
  // A failure of the first start does not count yet, because the second start may succeed.
  const ended = state?.terminated ?? (restartCount > 0 ? lastState?.terminated : undefined);
  if (reason === "CrashLoopBackOff" && ended !== undefined) {
    const words = name === PROVISION_ROLE ? failuresIn(ended.message) : ended.message?.trim();
    const end =
      ended.reason === "OOMKilled"
        ? "took more memory than it may (OOMKilled)"
        : `ended with ${ended.exitCode}`;
    return [`container ${name} ${end}, ${restartCount} times${words ? `: ${words}` : ""}`];
  }
  if (reason === undefined || !HOPELESS.has(reason)) return [];
  return [`container ${name}, image ${image}: ${reason}${message === undefined ? "" : `: ${message}`}`];
}

function describeWaiting(containers: readonly V1ContainerStatus[]): string {
  const reasons = containers.flatMap(({ name, state }) => {
    const reason = state?.waiting?.reason;
    return reason === undefined ? [] : [`${name}: ${reason}`];
  });
  return reasons.length === 0 ? "its containers are being made" : reasons.join(", ");
}

/** The newest warning with such a reason since then. */
function newest(
  events: readonly CoreV1Event[],
  isMeant: (reason: string) => boolean,
  since: Date | undefined,
): CoreV1Event | undefined {
  return events
    .filter(({ reason, type }) => type === "Warning" && isMeant(reason ?? ""))
    .filter((event) => isSince(event, since))
    .sort((a, b) => timeOf(b) - timeOf(a))[0];
}

/**
 * Whether an event is not older than this. Events outlive their objects, and an object may come back under its name.
 */
function isSince(event: CoreV1Event, since: Date | undefined): boolean {
  return timeOf(event) >= (since?.getTime() ?? 0);
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}

function secondsSince(then: Date | undefined, now: Date): number {
  return then === undefined ? 0 : (now.getTime() - then.getTime()) / 1000;
}

function waiting(why: string) {
  return { kind: "waiting", why } as const;
}

function failed(why: string): Start {
  return { kind: "failed", why };
}
