import { readFileSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import { LONGEST_GRACE_SECONDS } from "../../chains/daemons";
import { readChecks } from "../../config/hosts";
import { processUids } from "../../config/uids";
import { formatProblems, ProblemsError } from "../../input/problem";
import { YamlSource } from "../../input/source";
import { type ExportedState, exportedState, forgetHost } from "../forgetHost";
import { runPulumi } from "../pulumi";
import { chooseStack } from "../stack";

interface HostsOptions {
  readonly stack?: string | undefined;
}

interface ForgetOptions extends HostsOptions {
  readonly yes?: true | undefined;
  readonly force?: true | undefined;
}

/**
 * `dokomodo hosts` looks whether each host of a stack can be worked on. `dokomodo hosts forget` takes a host that is
 * lost out of the stack's state.
 */
export function hostsCommand(): Command {
  return new Command("hosts")
    .option("--stack <stack>", "the stack, if there are several")
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo hosts --stack east\n\nWhat is placed on each: dokomodo host list",
    )
    .action(async ({ stack }: HostsOptions) => {
      const source = readSource(chooseStack({ asked: stack }).file);
      const { checks, problems: mistakes } = readChecks(source);
      if (checks.length === 0) {
        if (mistakes.length > 0) throw new ProblemsError(mistakes, "no host was looked at");
        process.stdout.write(
          "This stack has no Docker hosts to look at. `pulumi preview` looks at its cluster.\n",
        );
        return;
      }
      const problems = await Promise.all(checks.map((check) => check.problem()));
      const table = new Table({ head: ["host", "address", ""], style: { head: [], border: [] } });
      for (const [index, { host, address }] of checks.entries()) {
        table.push([host, address, problems[index] === undefined ? "answers" : "does not answer, see below"]);
      }
      process.stdout.write(`${table.toString()}\n`);
      const answering = checks.filter((_, index) => problems[index] === undefined);
      const uids = processUids(source);
      const warnings = answering.map((check) => check.warnings(uids, LONGEST_GRACE_SECONDS));
      for (const warning of (await Promise.all(warnings)).flat()) process.stdout.write(`${warning}\n`);
      const told = problems.filter((problem) => problem !== undefined);
      if (mistakes.length > 0)
        told.push(formatProblems(mistakes, "the hosts that this concerns were not looked at"));
      if (told.length > 0) throw new Error(told.join("\n"));
    })
    .addCommand(forgetCommand());
}

function forgetCommand(): Command {
  return new Command("forget")
    .description("take a host that is lost, and what ran on it, out of the stack's state")
    .argument("<host>")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--yes", "change the state, instead of printing what would be taken out of it")
    .option("--force", "forget the host even if it answers; what runs there goes on, unknown to the stack")
    .addHelpText("after", "\nExample:\n  dokomodo hosts forget beta --yes")
    .action(async (host: string, options: ForgetOptions) => {
      const { name, file } = chooseStack({ asked: options.stack });
      const { checks, problems } = readChecks(readSource(file));
      const check = checks.find((candidate) => candidate.host === host);
      // Its line may be the one with a mistake, and then nobody can tell whether it answers.
      if (check === undefined && problems.length > 0)
        throw new ProblemsError(problems, "nothing was changed");
      if (check !== undefined && options.force !== true && (await check.problem()) === undefined) {
        throw new Error(
          `host ${host} answers. Place its chains elsewhere in ${file} and run pulumi up, which removes them there. With --force it is forgotten all the same, and they keep running`,
        );
      }
      const { state, forgotten } = forgetHost(
        parseState(await runPulumi(["stack", "export"], { stack: name })),
        host,
      );
      if (forgotten.length === 0)
        throw new Error(`the state of stack ${name} has no host ${host} of its own; check the host's name`);
      process.stdout.write(
        `${forgotten.map((urn) => `  ${urn.split("::").slice(2).join(" ")}`).join("\n")}\n`,
      );
      if (options.yes !== true) {
        process.stdout.write(
          `Nothing was changed. Run this again with --yes to take these out of the state of ${name}.\n`,
        );
        return;
      }
      await runPulumi(["stack", "import"], { stack: name, input: JSON.stringify(state) });
      process.stdout.write(
        `Forgot ${forgotten.length} resources. Now take host ${host} out of ${file}, place its chains on another, and run pulumi up.\n`,
      );
    });
}

function readSource(file: string): YamlSource {
  const { source, problems } = YamlSource.parse(file, readFileSync(file, "utf8"));
  if (source === undefined) throw new ProblemsError(problems);
  return source;
}

/** Reads an exported state. The parser's own error is not passed on, because it may quote secrets of the state. */
function parseState(text: string): ExportedState {
  try {
    return exportedState.parse(JSON.parse(text));
  } catch {
    throw new Error(
      "`pulumi stack export` printed a state that this version of dokomodo cannot read; nothing was changed",
    );
  }
}
