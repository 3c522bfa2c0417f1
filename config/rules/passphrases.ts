import { deriveKeys, readPassphrase } from "../../chains/keys";
import type { Problem } from "../../input/problem";
import { ownerText } from "../../notary/names";
import type { RuleInput } from "../context";

/**
 * Reports notaries without a usable passphrase of their own, unusable passphrases of nodes, and passphrases for nobody.
 */
export function checkPassphrases({ nodes, secrets: { passphrases }, at }: RuleInput): Problem[] {
  const problems: Problem[] = [];
  const position = (name: string) => at(["dokomodo:passphrases", name]);
  const command = (name: string) => `pulumi config set --secret --path 'dokomodo:passphrases["${name}"]'`;
  const owners = new Map<string, string>();
  for (const { node, path } of nodes) {
    const { name } = node;
    const isNotary = "iguana" in node;
    const passphrase = passphrases[name];
    if (passphrase === undefined) {
      if (!isNotary) continue;
      const message = `notary ${name} has no passphrase; give it one with ${command(name)}`;
      problems.push({ message, position: at([...path, "name"]) });
      continue;
    }
    const checked = readPassphrase(passphrase);
    if ("problem" in checked) {
      problems.push({ message: `${ownerText(node)}: ${checked.problem}`, position: position(name) });
      continue;
    }
    // Without Iguana, a key does not work twice.
    if (!isNotary) continue;
    const { publicKey } = deriveKeys(passphrase);
    const owner = owners.get(publicKey);
    if (owner !== undefined) {
      const message = `notaries ${owner} and ${name} have the same public key ${publicKey}: two Iguanas of one key spend each other's coins; give one of them another passphrase`;
      problems.push({ message, position: position(name) });
    }
    owners.set(publicKey, name);
  }
  for (const name of Object.keys(passphrases)) {
    if (!nodes.some(({ node }) => node.name === name)) {
      problems.push({
        message: `there is a passphrase for ${name}, and no notary or node of that name; remove it, or correct the name`,
        position: position(name),
      });
    }
  }
  return problems;
}
