import { stackConfig } from "./schemas";
import { type Keys, keysOf, keyTable, withLinks } from "./tables";
import type { JsonSchema } from "./wordedSchema";

/** docs/reference/config.md. */
export function configPage(): string {
  const all = keysOf(stackConfig);
  if (all === undefined) throw new Error("the schema of the stack's config has no keys");
  const sections = Object.entries(all.properties).flatMap(([name, schema]) => {
    const keys = keysOf(schema);
    if (keys === undefined) return [];
    return [{ heading: `\`${name}\``, text: `${schema.description}${whose(schema)}`, keys }];
  });
  const known = new Map(sections.map(({ heading, keys }): [string, Keys] => [heading, keys]));
  const texts = sections.map(
    (section) => `## ${section.heading}\n\n${withLinks(section.text)}\n\n${keyTable(section.keys, known)}\n`,
  );
  return `${INTRODUCTION}\n## All keys\n\n${keyTable(all, known)}\n\n${texts.join("\n")}`;
}

function whose({ type, properties }: JsonSchema): string {
  if (type === "array") return " Each entry of the list has these keys.";
  return properties === undefined ? " Each value has these keys." : "";
}

const INTRODUCTION = `<!-- Generated from config/schema and platforms by \`npm run build:reference\`. Do not edit. -->

# Reference: a stack's config

All keys of \`Pulumi.<stack>.yaml\` that begin with \`dokomodo:\`. Unknown keys are errors. \`pulumi preview\` tells every
problem at once, with line and column, before anything is deployed. [The first day](../guide/first-day.md) has an
example.

"Allowed" has the words of those problems. "Default" is what counts where a key is absent; where it is empty, the
meaning says what happens then. A key such as \`prefixes.wif\` is the key \`wif\` in the mapping \`prefixes\`.

## In an editor

Editors with a YAML language server, such as Visual Studio Code with Red Hat's YAML extension, mark wrong keys and values
and show this reference at each key. They find the schema by this line at the top of \`Pulumi.<stack>.yaml\`:

\`\`\`yaml
# yaml-language-server: $schema=./docs/reference/stack.schema.json
\`\`\`

The path is relative to the file. \`pulumi config set\` keeps the line. Pulumi makes the file of a new stack without it.
Add it there, or name the schema once for all stacks in .vscode/settings.json:

\`\`\`json
{ "yaml.schemas": { "./docs/reference/stack.schema.json": "Pulumi.*.yaml" } }
\`\`\`

The schema looks at one file alone. What depends on several keys, on the list of chains or on a host is looked at by
\`pulumi preview\`. Pulumi also takes a key without a namespace (\`hosts:\`) as one of dokomodo; the schema marks it.
`;
