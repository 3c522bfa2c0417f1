import type { Allowance, Plan } from "./plan";

/** What `--allow` can name, with what it allows. */
export const ALLOWANCES: Readonly<Record<Allowance, string>> = {
  "data-loss": "a plan that removes data",
  stops: "a plan that stops more daemons at once than --most-stops says",
};

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
