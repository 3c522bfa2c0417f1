import { setTimeout as pause } from "node:timers/promises";
import type { Live, Properties } from "../provider";
import { annotations, isTrue } from "./annotations";
import { Refused } from "./apiServer";
import type { Session } from "./configuration";
import { type Kind, pathOf } from "./kinds";
import { annotation, listAt, nameOf, namespaceOf, textAt } from "./objects";

/** Kinds whose annotation skipAwait also holds for their removal (pulumi-kubernetes, allowsSkipAwaitWithDelete). */
const leavable = new Set(["Namespace", "Deployment", "StatefulSet"]);

interface Removal {
  readonly inputs: Properties;
  readonly live: Properties;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Removes the object and waits until it is gone. By default its dependents are removed first. A missing object is no error. */
export async function remove(
  { session: { api }, signal }: Live<Session>,
  kind: Kind,
  { inputs, live, timeout }: Removal,
): Promise<void> {
  const path = pathOf(kind, namespaceOf(live), nameOf(live));
  try {
    await api.call({ method: "DELETE", path, body: { propagationPolicy: propagation(inputs) }, signal });
  } catch (error) {
    if (error instanceof Refused && error.code === 404) return;
    throw error;
  }
  if (isTrue(inputs, "skipAwait") && leavable.has(kind.kind)) return;
  const uid = textAt(live, "metadata", "uid");
  const end = Date.now() + timeout;
  for (;;) {
    const found = await api.find(path, signal);
    // Another object with the same name may have been made in the meantime.
    if (found === undefined || (uid !== "" && textAt(found, "metadata", "uid") !== uid)) return;
    if (Date.now() > end) throw new Error(overdue(found, timeout));
    await pause(250, undefined, { signal }).catch(() => {
      throw new Error(`Resource operation was cancelled for "${nameOf(live)}"`);
    });
  }
}

function propagation(inputs: Properties): "Orphan" | "Background" | "Foreground" {
  const stated = annotation(inputs, annotations.deletionPropagation).toLowerCase();
  if (stated === "orphan") return "Orphan";
  return stated === "background" ? "Background" : "Foreground";
}

function overdue(found: Properties, timeout: number): string {
  const finalizers = listAt(found, "metadata", "finalizers");
  const holding =
    finalizers.length === 0 ? "" : `; finalizers might be preventing deletion (${finalizers.join(", ")})`;
  return `still there after ${timeout / 1000} s: timed out waiting for the condition${holding}`;
}
