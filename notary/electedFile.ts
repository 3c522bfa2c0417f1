import { posix } from "node:path";
import type { Iguana } from "./types";

/**
 * The file from which Iguana reads its ports and notaries, relative to its home; undefined if it is not in there, where
 * files can be given to it. Iguana takes its first argument for the file's name, unless it begins with `notary`
 * (docs/internals/domain.md, elected). A command whose program has another name, such as a script of the image, is taken
 * to pass on no other file.
 *
 * @example
 * electedFile({ command: ["iguana", "3rd_party"], home: "/home/iguana", directory: "/home/iguana" }) // "3rd_party"
 */
export function electedFile({
  command,
  home,
  directory,
}: Pick<Iguana, "command" | "home" | "directory">): string | undefined {
  const program = command.findIndex((word) => posix.basename(word).startsWith("iguana"));
  const argument = program < 0 ? undefined : command[program + 1];
  const name = argument === undefined || isNoFile(argument) ? "elected" : argument;
  const path = posix.relative(home, posix.resolve(directory, name));
  return path === "" || path.startsWith("..") ? undefined : path;
}

/** Whether Iguana reads `elected` with this argument: `notary`, `-port=…`, `OStests`, `stats` or JSON. */
function isNoFile(argument: string): boolean {
  return /^(notary|-|\{|OStests$|stats$)/.test(argument);
}
