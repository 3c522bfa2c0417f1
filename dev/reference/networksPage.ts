import { networks } from "./schemas";
import { keysOf, keyTable } from "./tables";

/** docs/reference/networks.md. */
export function networksPage(): string {
  const keys = keysOf(networks);
  if (keys === undefined) throw new Error("the schema of dPoW networks has no keys");
  return `${INTRODUCTION}
${keyTable(keys, new Map())}
`;
}

const INTRODUCTION = `<!-- Generated from config/schema/network.ts by \`npm run build:reference\`. Do not edit. -->

# Reference: dPoW networks

All keys of a file that \`dokomodo:networks\` names. notary/networks/season8.yaml is one, with the networks \`main\` and
\`thirdParty\` of dPoW's last season. [Networks](../guide/notaries.md#a-network-of-your-own) says how to make your own.
Unknown keys are errors.

The top of the file maps the name of each network, which a notary states as its \`network\`, to these keys. "Allowed" and
"default" are as in [the reference of the config](config.md).

Editors find the schema by a line \`# yaml-language-server: $schema=…/docs/reference/networks.schema.json\` at the top of
the file.
`;
