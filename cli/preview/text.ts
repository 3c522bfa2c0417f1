import { tableText } from "../table";
import type { Plan } from "./plan";
import { hostLines, needLines, otherLines, rows, secretLines, summary, syncText, volumeLines } from "./words";

/** A plan for a terminal. */
export function planText(plan: Plan, mostStops: number): string {
  const [served, others] = [rows(plan, "served"), rows(plan, "other")];
  const shown = [...served, ...others].map(({ what, happens, stops, images }) => [
    what,
    happens,
    stops,
    images.map(({ from, to }) => `${from} -> ${to}`).join("\n"),
  ]);
  return [
    summary(plan),
    ...(shown.length === 0 ? [] : [tableText(["", "what happens", "stops for", "image"], shown)]),
    ...volumeLines(plan),
    ...plan.syncs.map(syncText),
    ...hostLines(plan),
    ...secretLines(plan),
    ...otherLines(plan),
    ...needLines(plan, mostStops),
  ].join("\n");
}
