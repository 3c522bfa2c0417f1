import { readFileSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import { LONGEST_GRACE_SECONDS } from "../../chains/daemons";
import { readShares } from "../../config/hosts";
import { processUids } from "../../config/uids";
import { ProblemsError } from "../../input/problem";
import { YamlSource } from "../../input/source";
import type { HostCheck } from "../../platforms/definition";
import { Shares } from "../../platforms/Shares";
import { type ExportedState, exportedState, forgetHost } from "../forgetHost";
import { runPulumi } from "../pulumi";
import { chooseStack } from "../stack";

interface HostsOptions {
  readonly stack?: string;
}

interface ForgetOptions extends HostsOptions {
  readonly yes?: true;
  readonly force?: true;
}

/** `dokomodo hosts`: whether each host of a stack can be worked on, and how one that is lost leaves the stack. */
export function hostsCommand(): Command {
  return new Command("hosts")
    .description("see whether the stack's hosts answer")
    .option("--stack <stack>", "the stack, where there are several")
    .action(async ({ stack }: HostsOptions) => {
      const source = readSource(chooseStack({ asked: stack }).file);
      const checks = readChecks(source);
      if (checks.length === 0) {
        process.stdout.write(
          "No host of this stack can be looked at by itself. pulumi preview looks at its cluster first.\n",
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
      if (told.length > 0) throw new Error(told.join("\n"));
    })
    .addCommand(forgetCommand());
}

function forgetCommand(): Command {
  return new Command("forget")
    .description("take a host that is lost, and what ran on it, out of the stack's state")
    .argument("<host>")
    .option("--stack <stack>", "the stack, where there are several")
    .option("--yes", "do it without a look at what it would be")
    .option("--force", "even though the host answers; what runs there goes on, unknown to the stack")
    .action(async (host: string, options: ForgetOptions) => {
      const { name, file } = chooseStack({ asked: options.stack });
      const check = readChecks(readSource(file)).find((candidate) => candidate.host === host);
      if (check !== undefined && options.force !== true && (await check.problem()) === undefined) {
        throw new Error(
          `host ${host} answers. Place its chains elsewhere in ${file} and run pulumi up, which removes them there; --force forgets it all the same, and leaves them running`,
        );
      }
      const { state, forgotten } = forgetHost(
        parseState(await runPulumi(["stack", "export"], { stack: name })),
        host,
      );
      if (forgotten.length === 0)
        throw new Error(`the state of stack ${name} knows nothing of a host ${host}`);
      process.stdout.write(
        `${forgotten.map((urn) => `  ${urn.split("::").slice(2).join(" ")}`).join("\n")}\n`,
      );
      if (options.yes !== true) {
        process.stdout.write(`Nothing was changed. To take these out of the state of ${name}: --yes\n`);
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

/** The looks that platforms offer. They need only what says how hosts are reached; the rest of the config may be wrong. */
function readChecks(source: YamlSource): readonly HostCheck[] {
  const shares = readShares(source);
  if (!(shares instanceof Shares)) throw new ProblemsError(shares);
  return shares.all.flatMap(({ checks }) => checks);
}

/** What a parser says may quote the state. */
function parseState(text: string): ExportedState {
  try {
    return exportedState.parse(JSON.parse(text));
  } catch {
    throw new Error("what pulumi stack export prints is no state that this version understands");
  }
}
