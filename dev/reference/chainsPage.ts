import { isParameter } from "../../chains/list/parameters";
import { chainList } from "./schemas";
import { type Keys, keysOf, keyTable } from "./tables";

/** docs/reference/chains.md. */
export function chainsPage(): string {
  const top = keysOf(chainList);
  const entry = keysOf(top?.properties["chains"] ?? {});
  if (top === undefined || entry === undefined)
    throw new Error("the schema of the list of chains has no keys");
  const isOfAssetchain = (name: string) => name.startsWith("ac_");
  const own = chosen(entry, (name) => !isParameter(name));
  const assetchain = chosen(entry, isOfAssetchain);
  const flags = chosen(entry, (name) => isParameter(name) && !isOfAssetchain(name));
  const none = new Map<string, Keys>();
  return `${INTRODUCTION}
${keyTable(top, new Map([["An entry of `chains`", entry]]))}

## An entry of \`chains\`

An entry has dokomodo's own keys, and beside them komodod's parameters under komodod's names.
An object of komodo's or dPoW's assetchains.json can be pasted in unchanged, because JSON is YAML.

### dokomodo's keys

${keyTable(own, none)}

### Parameters of an assetchain

They make the chain: most of them change its magic and its ports. Where one is absent, komodod's own default counts.
A list of values has one for each era, with commas between them; komodod repeats the last one.

${keyTable(assetchain, none)}

### Flags of the daemon

They are given to the daemon as they are. A list repeats the flag. Where one is absent, the daemon's own default counts.
A flag that is not here goes into \`flags\`.

${keyTable(flags, none)}
`;
}

function chosen({ properties, required }: Keys, isChosen: (name: string) => boolean): Keys {
  return {
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => isChosen(name))),
    required,
  };
}

const INTRODUCTION = `<!-- Generated from chains/list by \`npm run build:reference\`. Do not edit. -->

# Reference: the list of chains

All keys of assetchains.yaml. Unknown keys are errors, because a misspelt parameter would silently make another chain.
"Allowed" has the words of the problems that \`pulumi preview\` and \`npx dokomodo chains\` tell.

\`\`\`yaml
chains:
  - { "ac_name": "BEER", "ac_supply": "100000000" } # as komodo's assetchains.json has it
  - symbol: LTC
    daemon: litecoind
    p2pPort: 9333
    rpcPort: 9332
    prefixes: { pubkeyHash: 48, scriptHash: 5, wif: 176 }
  - { symbol: KMD }
sets:
  dev: [KMD, LTC, BEER]
\`\`\`

Ports and magic follow from name and parameters, as komodod computes them. \`npx dokomodo chains\` prints what came out.

Editors find the schema by the line \`# yaml-language-server: $schema=./docs/reference/chains.schema.json\` at the top of the
file. [config.md](config.md#in-an-editor) says more.
`;
