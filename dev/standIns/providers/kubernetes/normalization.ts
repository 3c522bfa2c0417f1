import { hasUnknown, type Properties } from "../provider";
import { isMap, withMetadata } from "./objects";
import { canonicalQuantity } from "./quantities";

/** What only the API server writes of an object's metadata. */
const readOnly = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** Maps whose values are amounts, wherever they stand in an object. */
const amounts = new Set(["requests", "limits", "capacity", "hard", "defaultRequest", "max", "min"]);

/**
 * Writes inputs as the API server would give them back, so that what means the same is no difference: a Secret's
 * stringData as data, amounts in their shortest form, nothing for null. Inputs that are not all known stay as they are.
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

/** The API server decodes and encodes again, which takes white space out. What is not base64 it will refuse. */
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
