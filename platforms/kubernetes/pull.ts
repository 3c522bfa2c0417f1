import type { V1Pod } from "@kubernetes/client-node";

/** What is known about the pull of an image. */
export type Pull =
  | { readonly kind: "pulled" }
  | { readonly kind: "waiting"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string };

/** Seconds that the scheduler gets. A pod that has no node by then needs a person. */
const PATIENCE_SECONDS = 30;

/**
 * Reasons of the kubelet that mean that it does not have the image. With any other reason it has it
 * (docs/internals/engines.md, without an image).
 */
const WITHOUT_IMAGE = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);
/** Reasons of a container that waits for something which comes before its image. */
const BEFORE = new Set(["ContainerCreating", "PodInitializing"]);

/** Whether the image of a pod's only container has come to the pod's node. */
export function judgePull({ status, metadata }: V1Pod, now: Date): Pull {
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  const seconds = (now.getTime() - (metadata?.creationTimestamp ?? now).getTime()) / 1000;
  if (scheduled?.status === "False") {
    const why = scheduled.message ?? "no node takes a pod for it";
    return { kind: seconds < PATIENCE_SECONDS ? "waiting" : "failed", why };
  }
  const [container] = status?.containerStatuses ?? [];
  if (container === undefined) {
    if (status?.phase === "Failed")
      return { kind: "failed", why: status.message ?? status.reason ?? "its pod failed" };
    return { kind: "waiting", why: "its pod is being made" };
  }
  const { waiting } = container.state ?? {};
  if (waiting === undefined) return { kind: "pulled" };
  const { reason = "", message } = waiting;
  if (WITHOUT_IMAGE.has(reason)) {
    return { kind: "failed", why: `${reason}${message === undefined ? "" : `: ${message}`}` };
  }
  return BEFORE.has(reason) || reason === ""
    ? { kind: "waiting", why: "it is being pulled" }
    : { kind: "pulled" };
}
