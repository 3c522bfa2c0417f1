import { closest, distance } from "fastest-levenshtein";

/** The known name that was probably meant; undefined if none is near. A name that differs only in case is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const sameButCase = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (sameButCase !== undefined || known.length === 0) {
    return sameButCase;
  }
  const candidate = closest(name, known);
  // Two letters that changed places are a distance of two, so two is allowed for a name of four letters or more.
  const farthest = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3));
  return distance(name, candidate) <= farthest ? candidate : undefined;
}

/** The end of a message: `; did you mean "x"?`, or all known names if none is near and there are few. */
export function suggestion(name: string, known: readonly string[]): string {
  const candidate = nearest(name, known);
  if (candidate !== undefined) {
    return `; did you mean "${candidate}"?`;
  }
  return known.length > 0 && known.length <= 12 ? `; known are ${known.join(", ")}` : "";
}
