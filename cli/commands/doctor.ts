import { Command } from "commander";

interface DoctorOptions {
  readonly stack?: string | undefined;
  readonly json?: true | undefined;
}

/** `dokomodo doctor` says why a chain does not sync or notarise, and what to do. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .argument("[chain...]", "symbols of chains; all of the stack if none is named")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--json", "print a list with the checks of each chain")
    .addHelpText(
      "after",
      "\nIt makes the checks in the order of cause: what is wrong at the top is why something below is. It changes " +
        "nothing. It ends with 2 if something is bad, and with 0 if nothing is.\n\nExample:\n  dokomodo doctor BEER",
    )
    .action(async (symbols: readonly string[], { stack: asked, json }: DoctorOptions) => {
      const { withRunningStack } = await import("../running/open.ts");
      await withRunningStack(asked, async ({ stack, operations }) => {
        const { checkSymbols } = await import("../status/read.ts");
        const { observe } = await import("../running/observation.ts");
        const { casesOf } = await import("../doctor/cases.ts");
        const { diagnose } = await import("../doctor/checks.ts");
        const { diagnosisText } = await import("../doctor/text.ts");
        const { painter, SOMETHING_IS_BAD } = await import("../terminal.ts");
        checkSymbols(stack, symbols);
        const cases = await casesOf(stack, await observe(stack, operations), operations, symbols);
        const diagnoses = cases.map((each) => ({ title: each.title, checks: diagnose(each) }));
        const text = json
          ? JSON.stringify(diagnoses, undefined, 2)
          : diagnosisText(diagnoses, symbols.length > 0, painter(process.stdout.isTTY));
        process.stdout.write(`${text}\n`);
        const isBad = diagnoses.some(({ checks }) => checks.some(({ level }) => level === "bad"));
        process.exitCode = isBad ? SOMETHING_IS_BAD : 0;
      });
    });
}
