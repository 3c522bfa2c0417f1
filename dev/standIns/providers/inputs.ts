import type { z } from "zod";
import { hasUnknown, type Properties } from "./properties";
import type { Checked } from "./resource";

/** Adds the defaults to inputs, so that a program can state a default without a change. */
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
