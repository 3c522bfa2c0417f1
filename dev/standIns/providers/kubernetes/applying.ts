import { setTimeout as pause } from "node:timers/promises";
import type { Properties } from "../provider";
import { isTrue } from "./annotations";
import { Refused } from "./apiServer";
import type { Session } from "./configuration";
import { type Kind, pathOf } from "./kinds";
import { at, isMap, listAt, nameOf, namespaceOf, textAt } from "./objects";

/** What a write of an object needs in addition to the object. */
export interface Writing {
  readonly session: Session;
  readonly kind: Kind;
  readonly fieldManager: string;
  /** Whether the API server only says what it would do. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** The owner of the fields of an object that was made by POST, until its first update. */
const creator = "pulumi-kubernetes";

/** How often a missing namespace is waited for, and milliseconds of the first wait. Another resource may be making it. */
const retries = { count: 5, first: 1000 };

/**
 * Makes the object. It is an error when the object exists. A patch, or a provider with upsertExistingObjects, takes an existing
 * object over field by field instead (pulumi-kubernetes, await.Creation).
 */
export async function create(writing: Writing, inputs: Properties): Promise<Properties> {
  const upsert = writing.kind.patch || writing.session.upsertExistingObjects;
  for (let attempt = 0; ; attempt++) {
    try {
      if (upsert) return await apply(writing, inputs, undefined);
      return await post(writing, inputs);
    } catch (error) {
      const missing = error instanceof Refused && error.reason === "NotFound";
      if (missing && !writing.dryRun && attempt < retries.count) {
        await pause(retries.first * 2 ** attempt, undefined, { signal: writing.signal });
        continue;
      }
      throw error instanceof Refused && error.reason === "AlreadyExists" ? alreadyThere(error) : error;
    }
  }
}

function post({ session, kind, dryRun, signal }: Writing, inputs: Properties): Promise<Properties> {
  return session.api.call({
    method: "POST",
    path: pathOf(kind, namespaceOf(inputs)),
    query: { fieldManager: creator, ...(dryRun ? { dryRun: "All" } : {}) },
    body: inputs,
    signal,
  });
}

/** Applies the inputs on the server's side. `live` is the existing object, if it is known. */
export async function apply(
  { session, kind, fieldManager, dryRun, signal }: Writing,
  inputs: Properties,
  live: Properties | undefined,
): Promise<Properties> {
  const force =
    isTrue(inputs, "patchForce") ||
    session.enablePatchForce ||
    (dryRun && (live === undefined || managers(live).some(isCreator))) ||
    (live !== undefined && managers(live).length === 0);
  try {
    return await session.api.call({
      method: "PATCH",
      path: pathOf(kind, namespaceOf(inputs), nameOf(live ?? inputs)),
      query: { fieldManager, force: String(force), ...(dryRun ? { dryRun: "All" } : {}) },
      contentType: "application/apply-patch+yaml",
      body: inputs,
      signal,
    });
  } catch (error) {
    if (error instanceof Refused && error.reason === "Conflict") throw inConflict(error, fieldManager);
    throw error;
  }
}

/** Gives up all fields that the manager owns. Fields that nobody else owns are removed. The object stays. */
export async function relinquish(writing: Writing, object: Properties): Promise<void> {
  const { apiVersion, kind } = writing.kind;
  const namespace = namespaceOf(object);
  const metadata = { name: nameOf(object), ...(namespace === "" ? {} : { namespace }) };
  await writing.session.api.call({
    method: "PATCH",
    path: pathOf(writing.kind, namespace, nameOf(object)),
    query: { fieldManager: writing.fieldManager },
    contentType: "application/apply-patch+yaml",
    body: { apiVersion, kind, metadata },
    signal: writing.signal,
  });
}

/**
 * Makes the field manager the owner of the fields that a POST or kubectl owns. Then the first apply has no conflict with the
 * creation, and fields that the program no longer states are removed (pulumi-kubernetes, fixCSAFieldManagers).
 */
export async function takeOver(writing: Writing, live: Properties): Promise<Properties> {
  const { session, kind, fieldManager, signal } = writing;
  const all = managers(live);
  const theirs = all.filter(isTakenOver);
  if (kind.patch || theirs.length === 0) return live;
  const mine = all.find((entry) => entry["manager"] === fieldManager && entry["operation"] === "Apply");
  const owned = [...theirs, ...(mine === undefined ? [] : [mine])].map((entry) => entry["fieldsV1"]);
  const [first = {}] = theirs;
  const merged = { ...first, manager: fieldManager, operation: "Apply", fieldsV1: owned.reduce(union, {}) };
  const others = all.filter((entry) => !theirs.includes(entry) && entry !== mine);
  return session.api.call({
    method: "PATCH",
    path: pathOf(kind, namespaceOf(live), nameOf(live)),
    contentType: "application/json-patch+json",
    body: [
      { op: "replace", path: "/metadata/managedFields", value: [...others, merged] },
      {
        op: "replace",
        path: "/metadata/resourceVersion",
        value: textAt(live, "metadata", "resourceVersion"),
      },
    ],
    signal,
  });
}

function managers(object: Properties): Properties[] {
  return listAt(object, "metadata", "managedFields").filter(isMap);
}

function isCreator(entry: Properties): boolean {
  return entry["manager"] === creator && entry["operation"] === "Update";
}

/** Compares the beginning of the manager's name, so `kubectl` also matches kubectl-patch. */
function isTakenOver({ manager, operation, subresource }: Readonly<Record<string, unknown>>): boolean {
  if (subresource !== undefined || typeof manager !== "string") return false;
  if (manager.startsWith("kubectl")) return true;
  const makers = [creator, "pulumi-resource-kubernetes", "before-first-apply"];
  return operation === "Update" && makers.some((name) => manager.startsWith(name));
}

/** The union of two sets of fields. Such a set is a map of maps with empty leaves. */
function union(one: unknown, other: unknown): Properties {
  if (!isMap(one)) return isMap(other) ? other : {};
  if (!isMap(other)) return one;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, union(one[key], other[key])]));
}

function alreadyThere(error: Refused): Refused {
  const advice =
    `${error.message}\n\nThis stack did not make the object. Rename the resource, or import the object by ` +
    "`pulumi import`. To take over some of its fields only, use a Patch resource. To let the provider take over every " +
    "existing object, set upsertExistingObjects. After you renamed a resource in the program, state an alias.";
  return new Refused(error.code, error.reason, advice, error.details);
}

function inConflict(error: Refused, fieldManager: string): Refused {
  const owners = listAt(error.details, "causes").map(
    (cause) => `  ${textAt(cause, "field")}: ${textAt(cause, "message")}`,
  );
  const message =
    `server-side apply field conflict detected: field manager "${fieldManager}" states fields that another one owns. ` +
    `${error.message}\n${owners.join("\n")}\nMake the other one leave these fields out, leave them out here, or take ` +
    'them over with the annotation pulumi.com/patchForce: "true".';
  return new Refused(error.code, error.reason, message, error.details);
}

/** Whether an object's namespace does not exist. In a preview that is no error, because the update may make it. */
export function isNamespaceMissing(error: unknown): boolean {
  return (
    error instanceof Refused && error.reason === "NotFound" && at(error.details, "kind") === "namespaces"
  );
}
