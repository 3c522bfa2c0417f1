import { Command, InvalidArgumentError, Option } from "commander";
import type { PreviewRequest } from "../preview/preview";

/** The plan is there, and it is not what was asked for. */
const NOT_AS_ASKED = 2;

/** `dokomodo preview` says what an `up` would do to daemons, data and secrets. */
export function previewCommand(): Command {
  return new Command("preview")
    .option("--stack <stack>", "the stack, if there are several")
    .addOption(new Option("--markdown", "print it for a comment on a pull request").conflicts("json"))
    .option("--json", "print an object (docs/reference/plan.schema.json)")
    .option("--comment", "in a job of GitHub Actions or GitLab CI, write it as the one comment of this stack")
    .option("--refresh", "look first at what is really there")
    .option("--offline", "do not ask the stack's agents how large chains are")
    .option("--expect-no-changes", "end with 2 if something would change")
    .option(
      "--most-stops <count>",
      "how many daemons may stop at once; dokomodo:rollOut.atOnce if absent",
      readCount,
    )
    .addOption(
      new Option("--allow <what...>", "a plan that removes data, or that stops more daemons at once").choices(
        ["data-loss", "stops"],
      ),
    )
    .addHelpText(
      "after",
      "\nIt runs `pulumi preview` and says which chains and hosts change, which daemons stop and for how long at most, which\n" +
        "passwords and certificates are exchanged, what syncs again, and from which image to which. It changes nothing.\n\n" +
        "Exit codes: 0 this may be deployed, 1 there is no plan, 2 the plan needs --allow, or changes something though\n" +
        "--expect-no-changes was said.\n\nExamples:\n  dokomodo preview\n  dokomodo preview --markdown > plan.md\n  dokomodo preview --refresh --expect-no-changes",
    )
    .action(async (options: PreviewRequest) => {
      const { preview } = await import("../preview/preview.ts");
      const isAsked = await preview(options);
      if (!isAsked) process.exitCode = NOT_AS_ASKED;
    });
}

function readCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("It is a whole number from 0 to 999999.");
  return Number(text);
}
