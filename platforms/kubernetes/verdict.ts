import type { CoreV1Event, V1ContainerStatus, V1Pod, V1StatefulSet } from "@kubernetes/client-node";

/** What is known of a workload's start. */
export interface Seen {
  readonly set?: V1StatefulSet | undefined;
  /** The one of its name, which may be an earlier one that is about to end. */
  readonly pod?: V1Pod | undefined;
  /** Of the set, the pod and its claim. */
  readonly events: readonly CoreV1Event[];
}

export type Start =
  /** With how long it has run without taking calls, where it takes none yet. */
  | { readonly kind: "started"; readonly warning?: string | undefined; readonly quietSeconds?: number }
  | { readonly kind: "waiting"; readonly why: string }
  /** The cluster did not make the pod when it tried last, and tries again by itself, ever less often. */
  | { readonly kind: "refused"; readonly why: string; readonly at: Date }
  | { readonly kind: "failed"; readonly why: string };

/** Schedulers and volumes need a while; what has not changed after it needs a person. */
const PATIENCE_SECONDS = 30;
/** A daemon that takes no calls yet after this is left to itself: it reads its whole index before. */
const QUIET_SECONDS = 60;
/** A process that has lived for so long, and is not asked whether it works, has started. */
const ALIVE_SECONDS = 5;

/** What is said of as if it were now. */
const FRESH_SECONDS = 10;
/** The longest pause of kube-controller-manager's workers (client-go, DefaultTypedControllerRateLimiter): 1,000 s. */
const RETRY_MINUTES = 17;

/** Reasons with which the kubelet gives up, or does the same again and again. */
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

/** Events of a pod, or its claim, that is not going to be without somebody's help. */
const BLOCKING = new Set(["FailedMount", "FailedAttachVolume", "ProvisioningFailed", "FailedBinding"]);
/** Nodes are on their way. */
const GROWING = new Set(["TriggeredScaleUp", "Nominated"]);

/** Whether a workload has started, may still, or will not. */
export function judgeStart({ set, pod, events }: Seen, now: Date): Start {
  const { generation } = set?.metadata ?? {};
  const { observedGeneration = 0, updateRevision } = set?.status ?? {};
  if (set === undefined || observedGeneration < (generation ?? 0)) return waiting("the cluster takes it up");
  if (pod === undefined) return judgeAbsent(events, set);
  if (pod.metadata?.deletionTimestamp !== undefined) return waiting("the one before it ends its work");
  if (pod.metadata?.labels?.["controller-revision-hash"] !== updateRevision) {
    return waiting("the one before it is to be ended");
  }
  return judgePod(pod, events, now);
}

/** Quotas and admission refuse the pod itself; the set's events say why. */
function judgeAbsent(events: readonly CoreV1Event[], set: V1StatefulSet): Start {
  const refused = newest(events, (reason) => reason === "FailedCreate", set.metadata?.creationTimestamp);
  if (refused === undefined) return waiting("its pod is being made");
  return { kind: "refused", why: refused.message ?? "its pod was refused", at: new Date(timeOf(refused)) };
}

/** A refusal for people; what led to it may be mended since. */
export function describeRefusal({ why, at }: { why: string; at: Date }, now: Date): string {
  const age = Math.round(secondsSince(at, now));
  const ago = age < 120 ? `${age} s` : `${Math.round(age / 60)} min`;
  const when = age < FRESH_SECONDS ? "" : ` (${ago} ago)`;
  return `${why}${when}; the cluster tries again by itself, at least every ${RETRY_MINUTES} min, and when up runs again`;
}

function judgePod(pod: V1Pod, events: readonly CoreV1Event[], now: Date): Start {
  const { status, metadata } = pod;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const broken = containers.flatMap(describeFailure);
  if (broken.length > 0) return failed(broken.join("; "));
  const age = secondsSince(metadata?.creationTimestamp, now);
  const isGrowing = events.some((event) => {
    return GROWING.has(event.reason ?? "") && isSince(event, metadata?.creationTimestamp);
  });
  const isPatient = age < PATIENCE_SECONDS || isGrowing;
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  const blocked = newest(events, (reason) => BLOCKING.has(reason), metadata?.creationTimestamp)?.message;
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
  if (isReady && alive >= ALIVE_SECONDS) return { kind: "started" };
  if (alive < QUIET_SECONDS) return waiting("it takes no calls yet");
  const warning = `it runs, and takes no calls yet after ${QUIET_SECONDS} s`;
  return { kind: "started", warning, quietSeconds: alive };
}

function describeFailure({ name, image, state, lastState, restartCount }: V1ContainerStatus): string[] {
  const { reason, message } = state?.waiting ?? {};
  // What the first start of all went wrong with, a second one may not.
  const ended = state?.terminated ?? (restartCount > 0 ? lastState?.terminated : undefined);
  if (reason === "CrashLoopBackOff" && ended !== undefined) {
    const words = ended.message?.trim();
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

/** The last such event since then. */
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

/** Events outlive what they are about, which may come back under its name. */
function isSince(event: CoreV1Event, since: Date | undefined): boolean {
  return timeOf(event) >= (since?.getTime() ?? 0);
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}

function secondsSince(then: Date | undefined, now: Date): number {
  return then === undefined ? 0 : (now.getTime() - then.getTime()) / 1000;
}

function waiting(why: string): Start {
  return { kind: "waiting", why };
}

function failed(why: string): Start {
  return { kind: "failed", why };
}
