import { join } from "node:path";
import { planMarkdown } from "../../cli/preview/markdown";
import { type Plan, planShape } from "../../cli/preview/plan";
import { STOPS } from "../../cli/preview/readPlan";
import type { TestStack } from "./TestStack";

/** A stack whose plans are compared with what their `up`s do. */
export interface PlannedStack {
  readonly stack: TestStack;
  /** When each daemon and Iguana was started, keyed by the name of its workload; without what does not run. */
  starts(): Promise<Readonly<Record<string, string>>>;
}

/** What a plan said, and what its `up` did. */
export interface Carried {
  readonly plan: Plan;
  /** The plan for a pull request, without Pulumi's own words. */
  readonly markdown: string;
  /** Names of the daemons and Iguanas that should stop, sorted. */
  readonly predicted: readonly string[];
  /** Names of those that have stopped, sorted. */
  readonly stopped: readonly string[];
}

/**
 * Asks for the plan of a stack's change, and carries it out.
 * @param isCold whether the program is loaded anew, because it is another one
 */
export async function planAndUp({ stack, starts }: PlannedStack, isCold = false): Promise<Carried> {
  const args = ["preview", "--json", "--offline", "--most-stops", String(MOST_STOPS)];
  const said = isCold ? (await stack.ask(args)).stdout : await stack.dokomodo(...args);
  const plan = planShape.parse(JSON.parse(said));
  const before = await starts();
  await (isCold ? stack.upWith({}) : stack.up());
  const after = await starts();
  return {
    plan,
    markdown: planMarkdown(plan, "", MOST_STOPS),
    predicted: plan.workloads
      .filter(({ use, fate }) => use !== "other" && STOPS.includes(fate))
      .map(({ name }) => name)
      .sort(),
    stopped: Object.keys(before)
      .filter((name) => before[name] !== after[name])
      .sort(),
  };
}

/** `npm run soak:plans` looks at all plans on both platforms. The suite looks at each of them on one of the two at least. */
export const ALL_PLANS = process.env["DOKOMODO_ALL_PLANS"] !== undefined;

/** The file beside a test that has the plan of this title as a person has read it. */
export function planFile(title: string): string {
  return join("plans", `${title.replaceAll(" ", "-").replaceAll("'", "")}.md`);
}

/** More than the stacks of tests have, so that no plan needs to be allowed. */
const MOST_STOPS = 99;

/** A change of a stack that any platform takes. */
export interface Change {
  readonly title: string;
  change(stack: TestStack): void;
}

/**
 * Changes in an order in which each can be made.
 * @param first name of the host with most chains
 * @param second name of the host with PIZZA
 * @param image another name of the image of komodod
 */
export function changesOf(first: string, second: string, image: string): Change[] {
  const place = (stack: TestStack, placement: Readonly<Record<string, string>>) =>
    stack.changeNotary((notary) => {
      notary.chains = Object.entries(placement).map(([symbol, host]) => ({ [symbol]: host }));
    });
  const all = { KMD: first, LTC: first, BEER: first, PIZZA: second };
  return [
    { title: "nothing", change: () => undefined },
    {
      title: "another password of one chain",
      change: (stack) =>
        stack.changeNotary((notary) => {
          notary.rotation = { BEER: "2" };
        }),
    },
    { title: "another image of one chain", change: (stack) => stack.changeChain("PIZZA", { image }) },
    {
      title: "another image of all chains of a daemon",
      change: (stack) => stack.changeDaemon("komodod", { image }),
    },
    {
      title: "a second authority",
      change: (stack) =>
        stack.changeNotary((notary) => {
          notary["authority"] = { issuer: 1, trusted: [1, 2] };
        }),
    },
    { title: "a chain that moves", change: (stack) => place(stack, { ...all, PIZZA: first }) },
    { title: "a chain more", change: (stack) => place(stack, { ...all, PIZZA: first, DEX: second }) },
    {
      title: "a chain less",
      change: (stack) => {
        const { BEER: _, ...rest } = all;
        stack.changeNotary((notary) => {
          delete notary.rotation;
        });
        place(stack, { ...rest, PIZZA: first, DEX: second });
      },
    },
  ];
}
