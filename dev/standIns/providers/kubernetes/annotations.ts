import { annotation } from "./objects";

/** What a program can ask of the provider by an object's annotations (pulumi-kubernetes, metadata/annotations.go). */
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

const usualTimeout = 10 * 60;

/** How long to wait for an object, in ms: what the resource's options say, then its annotation, then 10 minutes. */
export function timeoutOf(stated: number, inputs: unknown): number {
  const annotated = Number.parseInt(annotation(inputs, annotations.timeoutSeconds), 10);
  const seconds = stated > 0 ? stated : Number.isNaN(annotated) ? usualTimeout : annotated;
  return seconds * 1000;
}
