import { expect, test } from "vitest";
import { complaints } from "../chains/list";

test.each<[string, string, string[]]>([
  ["an empty file", "", ["list.yaml:1:1: the file is empty"]],
  ["a file of comments", "# nothing\n", ["list.yaml:1:1: the file is empty"]],
  ["a list at the top", "- ac_name: BEER\n", ["list.yaml:1:1: the file must be a mapping; found a list"]],
  ["a single value", "BEER\n", ["list.yaml:1:1: the file must be a mapping; found a single value"]],
  [
    "a tab",
    "chains:\n\t- ac_name: BEER\n",
    ["list.yaml:2:1: this is not YAML: a tab indents this line; use spaces"],
  ],
  [
    "a bracket that is not closed",
    "chains: [{ ac_name: BEER }\n",
    ["list.yaml:2:1: this is not YAML: the indentation of this line fits no line above it"],
  ],
  [
    "a quote that is not closed",
    'chains:\n  - ac_name: "BEER\n',
    ["list.yaml:3:1: this is not YAML: a colon, comma, quote or bracket is missing here"],
  ],
  [
    "two documents",
    "chains: [{ ac_name: BEER }]\n---\nchains: []\n",
    ["list.yaml:2:1: a second document starts here; the file may hold only one"],
  ],
  [
    "a key twice",
    "chains:\n  - ac_name: BEER\n    ac_supply: 1\n    ac_supply: 2\n",
    ['list.yaml:4:5: the key "ac_supply" is here twice, first on line 3; remove one of them'],
  ],
  ["no chains", "sets: {}\n", ['list.yaml:1:1: the file lacks "chains", which must be a list']],
  [
    "an unknown key at the top",
    "chain: []\nchains:\n  - ac_name: BEER\n",
    ['list.yaml:1:1: unknown key "chain" in the file; did you mean "chains"?'],
  ],
])("A file that is not YAML or no list of chains is reported with a position: %s", (_, text, messages) => {
  expect(complaints(text)).toEqual(messages);
});
