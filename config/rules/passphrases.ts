import { deriveKeys, readPassphrase } from "../../chains/keys";
import type { Problem } from "../../input/problem";
import type { RuleInput } from "../context";

/** Reports notaries without a usable passphrase of their own, and passphrases for nobody. */
export function checkPassphrases({ settings, secrets: { passphrases }, at }: RuleInput): Problem[] {
  const problems: Problem[] = [];
  const names = settings.notaries.map(({ name }) => name);
  const position = (name: string) => at(["dokomodo:passphrases", name]);
  const command = (name: string) => `pulumi config set --secret --path 'dokomodo:passphrases["${name}"]'`;
  const owners = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const passphrase = passphrases[name];
    if (passphrase === undefined) {
      const message = `notary ${name} has no passphrase; give it one with ${command(name)}`;
      problems.push({ message, position: at(["dokomodo:notaries", index, "name"]) });
      continue;
    }
    const checked = readPassphrase(passphrase);
    if ("problem" in checked) {
      problems.push({ message: `notary ${name}: ${checked.problem}`, position: position(name) });
      continue;
    }
    const { publicKey } = deriveKeys(passphrase);
    const owner = owners.get(publicKey);
    if (owner !== undefined) {
      const message = `notaries ${owner} and ${name} have the same public key ${publicKey}: two Iguanas of one key spend each other's coins; give one of them another passphrase`;
      problems.push({ message, position: position(name) });
    }
    owners.set(publicKey, name);
  }
  for (const name of Object.keys(passphrases)) {
    if (!names.includes(name)) {
      problems.push({
        message: `there is a passphrase for ${name}, and no notary of that name; remove it, or correct the name`,
        position: position(name),
      });
    }
  }
  return problems;
}
