import { isDeepStrictEqual } from "node:util";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A resource's inputs or outputs as plain JSON. Marks of secrets are in it only with `acceptSecrets` (see `handshake`). */
export type Properties = Readonly<Record<string, unknown>>;

/** The texts that the engine sends in a preview for a value that is not known yet (pulumi/sdk, plugin/rpc.go). */
const unknowns = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // bool
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** The key that marks a special value, and the value of that key for a secret (pulumi/sdk, resource/sig). */
const mark = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** Whether a value or a part of it is not known yet in this preview. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value === "string") return unknowns.has(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnknown);
}

/** Marks an output as a secret. The engine then encrypts it in the state and hides it on the screen. */
export function secret(value: unknown): Properties {
  return { [mark]: secretMark, value };
}

export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.entries(value).some(isSecretMark);
}

/** Whether a value or a part of it is marked as a secret. */
export function hasSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSecret(value) || Object.values(value).some(hasSecret);
}

function isSecretMark([key, value]: [string, unknown]): boolean {
  return key === mark && value === secretMark;
}

/** Removes all marks of secrets. The provider's own inputs always have marks, whatever `handshake` has answered. */
export function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (typeof value !== "object" || value === null) return value;
  const entries: Properties = { ...value };
  if (entries[mark] === secretMark) return withoutMarks(entries["value"]);
  return mapped(entries, withoutMarks);
}

export function mapped(properties: Properties, change: (value: unknown) => unknown): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, change(value)]));
}

/** The top-level keys whose values differ, sorted. */
export function changedKeys(before: Properties, after: Properties): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key])).sort();
}

export function fromStruct(struct: Struct | undefined): Properties {
  return struct === undefined ? {} : struct.toJavaScript();
}

/** Turns properties into a Struct. Undefined values are left out, because a Struct cannot hold them. */
export function toStruct(properties: Properties): Struct {
  const plain: Record<string, JavaScriptValue> = JSON.parse(JSON.stringify(properties));
  return Struct.fromJavaScript(plain);
}
