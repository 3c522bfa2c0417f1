import { parseArgs } from "node:util";

/** What the arguments of `pulumi` say about the stack that a command works on. */
export interface CommandLine {
  /** Pulumi runs there instead of in the current directory. */
  readonly directory?: string;
  /** The stack that the command names, perhaps with its organization and project. */
  readonly stack?: string;
  /** Whether the command may create a stack. It then works on none but the one that it names. */
  readonly mayCreate: boolean;
}

/**
 * Commands that create a stack have one of these words: `new`, `stack new` (also called `stack init`), `stack select`.
 * They count wherever they stand, because only Pulumi knows which words are values of options.
 */
const CREATING = ["new", "init", "select"];

export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      cwd: { type: "string", short: "C" },
      stack: { type: "string", short: "s" },
      // Its value is a stack, too, but not the one that the command works on.
      "copy-config-from": { type: "string" },
    },
  });
  const { cwd, stack } = values;
  const [command, action = "", name, ...others] = positionals;
  const isNamed = command === "stack" && CREATING.includes(action) && others.length === 0;
  const named = typeof stack === "string" ? stack : isNamed ? name : undefined;
  return {
    ...(typeof cwd === "string" ? { directory: cwd } : {}),
    ...(named === undefined ? {} : { stack: named }),
    mayCreate: positionals.some((word) => CREATING.includes(word)),
  };
}
