import type { Named, Properties } from "../provider";
import { messageOf, Refused } from "./apiServer";
import { describe, type Kind } from "./kinds";
import { nameOf, namespaceOf } from "./objects";
import { redacted } from "./secrets";

/** The API server's words on an object, with the object's kind, namespace and name, without what a Secret holds. */
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

/** Not allowed to try, or there already, as when a replacement takes the place of what is still there. */
export function isUnpreviewable(error: unknown): boolean {
  if (!(error instanceof Refused)) return false;
  return (
    error.code === 403 || error.reason === "AlreadyExists" || /does not support dry run/.test(error.message)
  );
}
