import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { edited, isPlain } from "../../../cli/images/replace";
import { readImages } from "../../../cli/images/stated";
import { tagged } from "../../../platforms/imageReference";
import { folder, write } from "./folder";

const DIGEST = `sha256:${"0a".repeat(32)}`;

const home = process.cwd();

beforeEach(() => {
  process.chdir(folder());
  write("assetchains.yaml", "chains: []\n");
});
afterEach(() => process.chdir(home));

/** The texts of a project's files with every image pinned, as `pin` writes them. */
function pinAll(stackFile: string): Record<string, string> {
  const files = readImages(stackFile).map(({ path, text, images }) => {
    const edits = images.map(({ span, text: from, reference }) => {
      expect(isPlain(text, { span, from })).toBe(true);
      return { span, from, to: `${tagged(reference)}@${DIGEST}` };
    });
    return [path, edited(text, edits)] as const;
  });
  return Object.fromEntries(files);
}

describe("a pinned file", () => {
  const pause = "registry.example:5000/a/pause:3.9";
  /** `§` marks the place of a digest. All other bytes must stay unchanged. */
  const table: readonly (readonly [string, string])[] = [
    [
      "block mappings",
      `config:\n  dokomodo:images:\n    pause: ${pause}§   # ${pause}\n    proxy:   haproxy:2§\n\n\n`,
    ],
    [
      "flow mappings",
      `config: {dokomodo:images: { pause: ${pause}§,proxy: "haproxy:2§" , agent: 'node:22§'}}\n`,
    ],
    ["JSON", `{\n\t"config": {"dokomodo:images": {"pause":"${pause}§", "proxy" : "haproxy:2§"}}}`],
    ["quotes", `config:\n  dokomodo:images:\n    "pause": "${pause}§" # '\n    'proxy': 'haproxy:2§'\n`],
    [
      "line ends of Windows",
      `config:\r\n  dokomodo:images:\r\n    pause: ${pause}§\r\n    proxy: haproxy:2§\r\n`,
    ],
    ["a byte order mark", `\uFEFFconfig:\n  dokomodo:images: { pause: ${pause}§ }\n`],
    ["no line end", `config:\n  dokomodo:iguana:\n    image: ${pause}§`],
    ["other letters before it", `# ✓ é 🙂\nconfig:\n  "x:🙂": é\n  dokomodo:iguana: { image: ${pause}§ }\n`],
    ["a value on its own line", `config:\n  dokomodo:iguana:\n    image:\n      ${pause}§\n    memory: 1\n`],
    [
      "a folded text",
      `config:\n  dokomodo:iguana:\n    image: >- # ${pause}\n      ${pause}§\n    memory: 1\n`,
    ],
    ["a literal text", `config:\n  dokomodo:iguana:\n    image: |-\n      ${pause}§\n\n    memory: 1\n`],
    ["tags", `config:\n  dokomodo:iguana: { image: !!str ${pause}§ }\n`],
    [
      "anchors",
      `config:\n  dokomodo:images: { pause: &p ${pause}§ , proxy: *p }\n  dokomodo:iguana: { image: *p }\n`,
    ],
    ["an anchor elsewhere", `config:\n  other:image: &p ${pause}§\n  dokomodo:images: { pause: *p }\n`],
    [
      "an anchored mapping",
      `config:\n  dokomodo:daemons:\n    komodod: &k { image: ${pause}§, memory: 64 }\n    other: *k\n`,
    ],
    [
      "all places",
      `encryptionsalt: v1:x=:y\nconfig:\n  other:image: ${pause}\n  dokomodo:images: { pause: ${pause}§ }\n` +
        `  dokomodo:daemons: { a: { image: ${pause}§, flags: ["${pause}"] }, b: { memory: 64 } }\n` +
        `  dokomodo:iguana: { image: ${pause}§ }\n  dokomodo:notaries:\n    - name: ${pause}\n` +
        `    - { name: x, iguana: { image: ${pause}§ } }\n    - iguana: {}\n`,
    ],
  ];

  test.each(table)("differs only in the images, with %s", (_, template) => {
    const stack = write("Pulumi.test.yaml", template.replaceAll("§", ""));

    expect(pinAll(stack)[stack]).toBe(template.replaceAll("§", `@${DIGEST}`));
  });

  test("is also the list of chains that the stack names", () => {
    const stack = write("Pulumi.test.yaml", "config: { dokomodo:registry: other.json }\n");
    const list = `{ "chains": [ {"ac_name":"BEER", "image" : "${pause}§"}, {"symbol":"KMD"} ], "sets": {"image": ["BEER"]} }\n`;
    write("other.json", list.replaceAll("§", ""));

    expect(pinAll(stack)["other.json"]).toBe(list.replaceAll("§", `@${DIGEST}`));
  });

  const written = fc.record({
    before: fc.constantFrom("", "  # a:b@c\n", "\n", `  # ${pause}\n`),
    key: fc.stringMatching(/^[a-z]{1,5}$/),
    gap: fc.constantFrom(" ", "   ", " &anchor ", " !!str "),
    image: fc.constantFrom(pause, "node", "node:22", `node:22@sha256:${"1".repeat(64)}`),
    quote: fc.constantFrom("", '"', "'"),
    after: fc.constantFrom("", " ", " # 🙂 node:22", "\t# x"),
    isFlow: fc.boolean(),
  });

  test("differs only in the images, in any layout", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(written, { selector: ({ key }) => key, maxLength: 6 }),
        fc.boolean(),
        (daemons, dos) => {
          const text = (image: (text: string) => string) => {
            const lines = daemons.map(({ before, key, gap, image: name, quote, after, isFlow }) => {
              const value = `image:${gap}${quote}${image(name)}${quote}`;
              return `${before}    ${key}:${isFlow ? ` { memory: 1, ${value}, user: x }` : `\n      ${value}`}${after}\n`;
            });
            const all = `config:\n  dokomodo:daemons:\n${lines.join("")}    last: { image: node }\n`;
            return dos ? all.replaceAll("\n", "\r\n") : all;
          };
          const stack = write(
            "Pulumi.test.yaml",
            text((image) => image),
          );

          const pinned = text((image) => {
            const [name = ""] = image.split("@");
            return `${name.includes(":") ? name : `${name}:latest`}@${DIGEST}`;
          });
          expect(pinAll(stack)[stack]).toBe(
            pinned.replace(/\{ image: node \}/, `{ image: node:latest@${DIGEST} }`),
          );
        },
      ),
    );
  });

  test("cannot be made when a value is written with escapes", () => {
    write("Pulumi.test.yaml", 'config:\n  dokomodo:iguana: { image: "n\\x6fde:\\\n    22" }\n');
    const [file] = readImages("Pulumi.test.yaml");
    const [image] = file?.images ?? [];

    expect(image?.text).toBe("node:22");
    expect(isPlain(file?.text ?? "", { span: image?.span ?? { start: 0, end: 0 }, from: "node:22" })).toBe(
      false,
    );
  });
});
