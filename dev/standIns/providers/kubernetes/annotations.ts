import { annotation } from "./objects";

/** The annotations of an object that the provider reads (pulumi-kubernetes, metadata/annotations.go). */
export const annotations = {
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  waitFor: "pulumi.com/waitFor",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  patchForce: "pulumi.com/patchForce",
  patchFieldManager: "pulumi.com/patchFieldManager",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
} as const;

export function isTrue(object: unknown, name: keyof typeof annotations): boolean {
  return annotation(object, annotations[name]) === "true";
}

/** Seconds. */
const usualTimeout = 10 * 60;

/** Milliseconds to wait for an object. The resource's options count first, then its annotation. The default is 10 minutes. */
export function timeoutOf(stated: number, inputs: unknown): number {
  const annotated = Number.parseInt(annotation(inputs, annotations.timeoutSeconds), 10);
  const seconds = stated > 0 ? stated : Number.isNaN(annotated) ? usualTimeout : annotated;
  return seconds * 1000;
}
