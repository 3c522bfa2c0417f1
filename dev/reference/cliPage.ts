import type { Command } from "commander";
import { operatorsCommand } from "../../cli/main";

const COLUMNS = 100;

/** docs/reference/cli.md: the help of each command, as the command itself prints it. */
export async function cliPage(): Promise<string> {
  const sections = withSubcommands(await operatorsCommand(), "").map(
    ({ name, command }) => `## ${name}\n\n\`\`\`text\n${help(command)}\n\`\`\`\n`,
  );
  return `${INTRODUCTION}\n${sections.join("\n")}`;
}

interface Named {
  readonly name: string;
  readonly command: Command;
}

function withSubcommands(command: Command, parent: string): Named[] {
  const name = `${parent}${command.name()}`;
  return [{ name, command }, ...command.commands.flatMap((each) => withSubcommands(each, `${name} `))];
}

function help(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => COLUMNS,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}

const INTRODUCTION = `<!-- Generated from cli/ by \`npm run build:reference\`. Do not edit. -->

# Reference: npx dokomodo

The operator's command. It is run in the project's folder. What goes wrong is told on standard error, with exit code 1.
`;
