import type { z } from "zod";
import { hasUnknown, type Properties } from "./properties";
import type { Checked } from "./resource";

/** Brings inputs to their full form, defaults included, so that stating a default is no change. */
export function checkInputs(shape: z.ZodType<Properties>, inputs: Properties): Checked {
  if (hasUnknown(inputs)) return { inputs, failures: [] };
  const parsed = shape.safeParse(inputs);
  if (parsed.success) return { inputs: parsed.data, failures: [] };
  const failures = parsed.error.issues.map(({ path, message }) => ({
    property: path.join("."),
    reason: message,
  }));
  return { inputs, failures };
}
