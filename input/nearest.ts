import { closest, distance } from "fastest-levenshtein";

/** The known name that was probably meant, or nothing where none is near. Case does not make a name farther. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const sameButCase = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (sameButCase !== undefined || known.length === 0) {
    return sameButCase;
  }
  const candidate = closest(name, known);
  // Two letters exchanged are a distance of two.
  const farthest = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3));
  return distance(name, candidate) <= farthest ? candidate : undefined;
}

/** `; did you mean "x"?`, or the known names where none is near and they are few. */
export function suggestion(name: string, known: readonly string[]): string {
  const candidate = nearest(name, known);
  if (candidate !== undefined) {
    return `; did you mean "${candidate}"?`;
  }
  return known.length > 0 && known.length <= 12 ? `; known are ${known.join(", ")}` : "";
}
