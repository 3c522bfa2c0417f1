import { hasSecret, isSecret, type Properties, secret } from "../provider";
import { isMap } from "./objects";

/**
 * Marks the outputs that are secret in the inputs. It goes through maps key by key. Any other value, such as a list, is secret
 * as a whole when one of its elements is. The data of a Secret is always secret (pulumi-kubernetes, annotateSecrets).
 */
export function annotated(outputs: Properties, inputs: Properties): Properties {
  const marked: Record<string, unknown> = { ...outputs };
  if (outputs["kind"] === "Secret") {
    for (const key of ["data", "stringData"]) if (key in marked) marked[key] = asSecret(marked[key]);
    return marked;
  }
  for (const [key, value] of Object.entries(marked)) {
    const input = inputs[key];
    if (isMap(value) && isMap(input) && !isSecret(input)) marked[key] = annotated(value, input);
    else if (hasSecret(input)) marked[key] = asSecret(value);
  }
  return marked;
}

function asSecret(value: unknown): unknown {
  return isSecret(value) ? value : secret(value);
}

/** Removes the values of a Secret from a text, because the API server may quote them. */
export function redacted(text: string, object: Properties): string {
  if (object["kind"] !== "Secret") return text;
  const values = [object["data"], object["stringData"]]
    .flatMap((data) => (isMap(data) ? Object.values(data) : []))
    .filter((value): value is string => typeof value === "string" && value.length > 3)
    .flatMap((value) => [value, Buffer.from(value, "base64").toString("utf8")])
    .filter((value) => value.length > 3);
  return values.reduce((kept, value) => kept.replaceAll(value, "[secret]"), text);
}
