import { loadStackFile } from "../../config/loadFile";
import { ProblemsError } from "../../input/problem";
import { chooseStack } from "../stack";
import { neededFor } from "./allow";
import { forgeOf, writeComment } from "./forge";
import { failureMarkdown, marker, planMarkdown } from "./markdown";
import type { Allowance, Plan } from "./plan";
import { readPlan } from "./readPlan";
import { runPreview } from "./run";
import { knownSizes } from "./sizes";
import { planText } from "./text";
import { isEmpty } from "./words";

export interface PreviewRequest {
  readonly stack?: string | undefined;
  readonly markdown?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly comment?: boolean | undefined;
  readonly refresh?: boolean | undefined;
  readonly offline?: boolean | undefined;
  readonly expectNoChanges?: boolean | undefined;
  readonly mostStops?: number | undefined;
  readonly allow?: readonly Allowance[] | undefined;
}

/**
 * Prints what an `up` would do. Rejects if there is no plan.
 * @returns whether the plan may be deployed, and changes nothing if that was expected
 */
export async function preview(request: PreviewRequest): Promise<boolean> {
  const { name } = chooseStack({ asked: request.stack });
  // What is missing for a comment is said before the seconds of the preview.
  const forge = request.comment === true ? forgeOf(process.env) : undefined;
  const say = async (markdown: string, text: string) => {
    process.stdout.write(request.markdown === true ? markdown : text);
    if (forge === undefined) return;
    process.stderr.write(`${await writeComment(forge, marker(name), markdown)}\n`);
  };
  const fail = async (error: Error): Promise<never> => {
    await say(failureMarkdown(name, error.message), "");
    throw error;
  };
  const loaded = loadStackFile({ directory: ".", stackName: name });
  if (!loaded.ok) return fail(new ProblemsError(loaded.problems, "nothing can be deployed like this"));
  const { steps, said } = await runPreview(name, request.refresh === true);
  if (steps === undefined) return fail(new Error(said));
  const { value: stack } = loaded;
  const mostStops = request.mostStops ?? stack.rollOut.atOnce;
  const read = readPlan(name, steps, stack);
  const sizes = request.offline !== true && read.syncs.length > 0 ? await knownSizes(name) : undefined;
  const allowed = request.allow ?? [];
  const syncs = read.syncs.map((each) => ({ ...each, ...sizes?.get(each.symbol) }));
  const plan: Plan = {
    ...read,
    syncs,
    needs: neededFor(read, mostStops).filter((each) => !allowed.includes(each)),
  };
  const text = request.json === true ? JSON.stringify(plan, undefined, 2) : planText(plan, mostStops);
  await say(planMarkdown(plan, said, mostStops), `${text}\n`);
  return plan.needs.length === 0 && (request.expectNoChanges !== true || isEmpty(plan));
}
