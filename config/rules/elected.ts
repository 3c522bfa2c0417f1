import { deriveKeys, readPassphrase } from "../../chains/keys";
import type { Problem } from "../../input/problem";
import { electedFile } from "../../notary/electedFile";
import type { RuleInput } from "../context";

/** Reports Iguanas that would not find out who notarises with whom, or that they are one of them. */
export function checkElected({
  settings,
  notaries,
  shares,
  dpowNetworks,
  secrets,
  at,
}: RuleInput): Problem[] {
  return notaries.flatMap(({ node: { name, host, iguana, passphrase }, path }, index) => {
    const problem = (message: string, key: string) => ({
      message,
      position: at([...path, key]),
    });
    const { elected } = iguana;
    if (elected === undefined) {
      // The image cannot bring the file along there, and Iguana ends without it
      // (docs/internals/domain.md, elected).
      if (shares.of(host)?.hasEmptyHomes !== true) return [];
      const message = `Iguana of notary ${name} finds an empty home at each start on host ${host}, whatever its image has there; state its \`elected\` in dokomodo:iguana, or the notary's \`network\``;
      return [problem(message, "host")];
    }
    if (electedFile(iguana) === undefined) {
      const message = `Iguana of notary ${name} would read \`elected\` from outside of its home ${iguana.home}, where dokomodo cannot write it; name a file under its home in \`command\`, and a \`directory\` under it`;
      return [problem(message, "iguana")];
    }
    const network = settings.notaries[index]?.network ?? "";
    if (secrets.areStandIns === true) return [];
    if (elected !== dpowNetworks[network] || "problem" in readPassphrase(passphrase)) return [];
    const { publicKey } = deriveKeys(passphrase);
    const keys = elected.notaries.flatMap((notary) => Object.values(notary));
    if (keys.includes(publicKey) || keys.includes("own")) return [];
    const message = `the public key ${publicKey} of notary ${name} is not among the ${keys.length} notaries of ${network} in ${settings.networksFile}, so the others would not sign with it; give the notary the passphrase of one of them, or name a copy of the file with its key in dokomodo:networks`;
    return [problem(message, "network")];
  });
}
