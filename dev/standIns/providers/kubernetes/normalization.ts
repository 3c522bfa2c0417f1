import { hasUnknown, type Properties } from "../provider";
import { isMap, withMetadata } from "./objects";
import { canonicalQuantity } from "./quantities";

/** The fields of metadata that only the API server writes. */
const readOnly = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** Keys of maps whose values are quantities, anywhere in an object. */
const amounts = new Set(["requests", "limits", "capacity", "hard", "defaultRequest", "max", "min"]);

/**
 * Writes inputs in the form in which the API server returns them, so that values with the same meaning are equal. A Secret's
 * stringData becomes data, quantities get their shortest form, and null values are removed. Inputs that are not all known
 * stay unchanged, apart from the metadata that only the API server writes.
 */
export function normalized(inputs: Properties): Properties {
  const known = hasUnknown(inputs) ? inputs : rewritten(encoded(inputs));
  if (!isMap(known["metadata"])) return known;
  return withMetadata(known, Object.fromEntries(readOnly.map((key) => [key, undefined])));
}

function encoded(inputs: Properties): Properties {
  if (inputs["kind"] !== "Secret") return inputs;
  const { stringData, ...rest } = inputs;
  const data = isMap(rest["data"]) ? rest["data"] : {};
  if (!isMap(stringData) || Object.keys(stringData).length === 0) {
    if (!isMap(rest["data"])) return inputs;
    return { ...inputs, data: mapValues(data, reencoded) };
  }
  const texts = mapValues(stringData, (text) => Buffer.from(String(text), "utf8").toString("base64"));
  return { ...rest, data: { ...data, ...texts } };
}

/** Removes line breaks, as the API server does when it decodes and encodes base64. A text that is no base64 stays unchanged. */
function reencoded(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const compact = value.replace(/[\r\n]/g, "");
  const again = Buffer.from(compact, "base64").toString("base64");
  return again === compact ? again : value;
}

function rewritten(object: Properties): Properties {
  const entries = Object.entries(object)
    .filter(([, value]) => value !== null)
    .map(([key, value]): [string, unknown] => [
      key,
      amounts.has(key) ? inAmounts(value) : rewrittenValue(value),
    ]);
  return Object.fromEntries(entries);
}

function rewrittenValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrittenValue);
  return isMap(value) ? rewritten(value) : value;
}

function inAmounts(value: unknown): unknown {
  if (!isMap(value)) return value;
  return mapValues(value, (amount) =>
    typeof amount === "string" || typeof amount === "number" ? canonicalQuantity(amount) : amount,
  );
}

function mapValues(object: Properties, change: (value: unknown) => unknown): Properties {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
