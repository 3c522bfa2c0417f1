import type { Allowance, Plan } from "./plan";

/** What a plan would need to be allowed. */
export function neededFor(
  { volumes, stops }: Pick<Plan, "volumes" | "stops">,
  mostStops: number,
): Allowance[] {
  return [
    ...(volumes.some(({ fate }) => fate === "lost") ? (["data-loss"] as const) : []),
    ...(stops.atOnce > mostStops ? (["stops"] as const) : []),
  ];
}
