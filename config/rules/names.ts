import type { Problem } from "../../input/problem";
import type { RuleInput } from "../context";

/** Reports names that platforms would give to two things, and names that are too long. */
export function checkNames({ nodes, shares, at }: RuleInput): Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  for (const [index, { network, path }] of nodes.entries()) {
    const report = (message: string, key: string) => problems.push({ message, position: at([...path, key]) });
    if (nodes.findIndex(({ node }) => node.name === network.name) !== index) {
      report(`another notary or node is named ${network.name}, too; rename one of them`, "name");
      continue;
    }
    const told = new Set<string>();
    for (const { name, what, longest } of shares.all.flatMap((share) => share.names(network))) {
      const owner = owners.get(name);
      if (owner !== undefined && owner !== what && !told.has(`${owner} ${what}`)) {
        told.add(`${owner} ${what}`);
        report(
          `${owner} and ${what} would both be named ${name}; rename a notary or node, or give the chain another symbol`,
          "chains",
        );
      }
      if (owner === undefined) owners.set(name, what);
      if (longest !== undefined && name.length > longest.characters) {
        report(
          `${what} would be named ${name}, and a name ${longest.where} has at most ${longest.characters} characters; shorten the name of ${network.owner} or the host's`,
          "name",
        );
      }
    }
  }
  return problems;
}
