import type { Command } from "commander";
import type { Names } from "./names";

/** What completes an argument or an option, by its name. In other commands the same name may mean something new. */
const COMPLETED: Readonly<Record<string, (names: Names) => readonly string[]>> = {
  canary: ({ chains }) => chains,
  chain: ({ chains }) => chains,
  what: ({ chains }) => [...chains, "iguana", "agent", "clients", "witness"],
  chains: ({ listed, sets }) => [...listed, ...sets],
  host: ({ hosts }) => hosts,
  to: ({ hosts }) => hosts,
  node: ({ nodes }) => nodes,
  notary: ({ nodes }) => nodes,
  stack: ({ stacks }) => stacks,
  prefixes: ({ listed }) => listed,
  name: ({ clients }) => clients,
};

/** The commands whose first argument is a new name, or one of another list. */
const FIRST_ARGUMENTS: Readonly<Record<string, (names: Names) => readonly string[]>> = {
  "chain add": ({ listed }) => listed,
  "host add": () => [],
  "node add": () => [],
  "client add": () => [],
  init: () => [],
};

/**
 * Prints what can complete the last word, for the script that `dokomodo completion` prints. It is silent about
 * mistakes, because they would be printed into the line that is being typed.
 * @param words the words after `dokomodo`; the last one is being typed
 * @param load loads the command of this name, with the names of all others
 */
export async function complete(
  words: readonly string[],
  load: (wanted: string) => Promise<Command>,
): Promise<void> {
  try {
    const [command = "", ...others] = words;
    const isNamed = others.length > 0;
    const [{ RootCommand }, program] = await Promise.all([
      import("@bomb.sh/tab"),
      load(isNamed ? command : ""),
    ]);
    const names = isNamed ? await readNames(words) : undefined;
    const root = new RootCommand();
    for (const each of program.commands) describe(each, each.name());
    root.parse([...words]);

    function describe(command: Command, path: string): void {
      const described = root.command(path, command.description());
      const isInit = path === "init";
      for (const [index, argument] of command.registeredArguments.entries()) {
        const first = index === 0 ? FIRST_ARGUMENTS[path] : undefined;
        const found = first ?? COMPLETED[argument.name()];
        described.argument(
          argument.name(),
          handler((names && found?.(names)) ?? argument.argChoices ?? []),
          argument.variadic,
        );
      }
      for (const { long, description, required, optional, argChoices } of command.options) {
        const name = long?.replace(/^--/, "") ?? "";
        // `init` makes a host and a node, and its options of these names are no names of the stack. `split` has a number.
        const isOther = (isInit && name !== "chains") || (path === "split" && name === "to");
        const found = isOther ? undefined : COMPLETED[name];
        const values = (names && found?.(names)) ?? argChoices ?? [];
        if (required || optional) described.option(name, description, handler(values));
        else described.option(name, description);
      }
      for (const each of command.commands) describe(each, `${path} ${each.name()}`);
    }
  } catch {}
}

async function readNames(words: readonly string[]): Promise<Names | undefined> {
  try {
    const names = await import("./names.ts");
    const at = words.indexOf("--stack");
    return await names.readNames(at < 0 ? undefined : words[at + 1]);
  } catch {
    return undefined;
  }
}

function handler(values: readonly string[]) {
  return (add: (value: string, description: string) => void): void => {
    for (const value of values) add(value, "");
  };
}
