import type { Named, Properties } from "../provider";
import { messageOf, Refused } from "./apiServer";
import { describe, type Kind } from "./kinds";
import { nameOf, namespaceOf } from "./objects";
import { redacted } from "./secrets";

/** The API server's message with the object's kind, namespace and name. The values of a Secret are removed from it. */
export function reasonOf(kind: Kind, object: Properties, error: unknown): string {
  const about = describe(kind, namespaceOf(object), nameOf(object));
  return `${about}: ${redacted(messageOf(error), object)}`;
}

export function notCreated({ urn }: Named, kind: Kind, inputs: Properties, error: unknown): Error {
  const reason = reasonOf(kind, inputs, error);
  return new Error(`resource "${urn}" was not successfully created by the Kubernetes API server: ${reason}`);
}

export function notUpdated({ urn }: Named, kind: Kind, inputs: Properties, error: unknown): Error {
  return new Error(`update of resource "${urn}" failed: ${reasonOf(kind, inputs, error)}`);
}

export function notDeleted({ urn }: Named, kind: Kind, live: Properties, error: unknown): Error {
  return new Error(`resource "${urn}" could not be deleted: ${reasonOf(kind, live, error)}`);
}

/**
 * Whether an error says nothing about the update. A preview may lack the right to try, and the object that a replacement will
 * remove may still exist.
 */
export function isUnpreviewable(error: unknown): boolean {
  if (!(error instanceof Refused)) return false;
  return (
    error.code === 403 || error.reason === "AlreadyExists" || /does not support dry run/.test(error.message)
  );
}
