import type { Command } from "commander";

export interface StackOptions {
  readonly stack?: string | undefined;
}

/** Options of a command that shows what the files say. */
export interface ListOptions extends StackOptions {
  readonly json?: true | undefined;
}

/** Options of a command that changes a stack's files. */
export interface EditOptions extends ListOptions {
  readonly dryRun?: true | undefined;
  readonly preview?: true | undefined;
}

/** A notary or node, where there may be several. */
export interface NodeOptions extends EditOptions {
  readonly node?: string | undefined;
}

const STACK = ["--stack <stack>", "the stack, if there are several"] as const;

/** Adds the options that all commands have that change a stack's files. */
export function withEditOptions(command: Command): Command {
  return command
    .option(...STACK)
    .option("--dry-run", "show what would change in the files, and write nothing")
    .option("--preview", "show what would change in the files and Pulumi's plan for it, and write nothing")
    .option("--json", "print an object");
}

/** Adds the options that all commands have that list what the files say. */
export function withListOptions(command: Command): Command {
  return command.option(...STACK).option("--json", "print a list of objects");
}
