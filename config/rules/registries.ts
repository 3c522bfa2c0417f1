import { suggestion } from "../../input/nearest";
import type { Problem } from "../../input/problem";
import { imagesOn } from "../../notary/images";
import { hostsOf } from "../../notary/placement";
import { parseReference } from "../../platforms/imageReference";
import type { RuleInput } from "../context";
import { resolveRegistries } from "../resolve/registries";
import { REGISTRIES } from "../secrets";

/** Reports logins that are stated twice, that no image of the stack needs, or that lack a usable password. */
export function checkRegistries({ settings, secrets, nodes, at }: RuleInput): Problem[] {
  const used = new Set(
    nodes
      .flatMap(({ node }) =>
        hostsOf(node).flatMap((host) => [...imagesOn(host, node, settings.images).keys()]),
      )
      .flatMap((image) => parseReference(image)?.registry ?? []),
  );
  return resolveRegistries(settings, secrets).flatMap(({ server, username, password }, index) => {
    const problems: Problem[] = [];
    const report = (key: string, message: string) =>
      problems.push({ message, position: at([REGISTRIES, index, key]) });
    if (settings.registries.slice(0, index).some((earlier) => earlier.server === server))
      report("server", `two logins are for the registry ${server}; remove one of them`);
    if (!used.has(server)) {
      report("server", `no image of the stack comes from ${server}${suggestion(server, [...used].sort())}`);
    }
    if (username.includes(":"))
      report("username", `${server}: the user name must not contain a :, which ends it in HTTP`);
    if (password === "" || /\s$/.test(password)) {
      const what = password === "" ? "is empty" : "ends with a blank or a line break";
      report(
        "password",
        `${server}: the password ${what}; set it with printf %s … | pulumi config set --secret --path '${REGISTRIES}[${index}].password'`,
      );
    }
    return problems;
  });
}
