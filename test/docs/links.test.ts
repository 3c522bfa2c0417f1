import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const PROJECT = join(__dirname, "..", "..");

/** What is installed, built or recorded; and this file, which has faults on purpose. */
const LEFT_OUT =
  /^(\.git|node_modules|dist)$|^package-lock\.json$|^test\/docs$|\/(bundles|golden|data)$|\.(gz|sum)$/;

/** Pages that cite files of others' repositories, which may be docs/….md there. */
const CITE_OTHERS = /^docs\/internals\/(domain|pulumi|engines)\.md$/;

/** Something that is cited and is not there, as `file:line: what`. */
type Fault = string;

interface Link {
  readonly line: number;
  /** As it is written: a path, an anchor or both. */
  readonly target: string;
}

interface Citation {
  readonly line: number;
  /** A path from the project's folder. */
  readonly page: string;
  /** What stands after the path's comma up to the end of the comment or text. */
  readonly rest: string;
}

describe("the docs", () => {
  const files = filesUnder("");
  const pages = files.filter((file) => file.endsWith(".md"));

  test("have no link that leads nowhere", () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.flatMap((page) => linkFaults(page, read(page)))).toEqual([]);
  });

  test("are cited, in code and in docs, by pages and headings that they have", () => {
    expect(files.flatMap((file) => citationFaults(file, read(file)))).toEqual([]);
  });
});

describe("a fault of the docs", () => {
  test.each([
    ["[x](none.md)", "there is no docs/none.md"],
    ["[x](internals/domain.md#iguan)", "docs/internals/domain.md has no heading #iguan"],
    ["[x](#none)", "docs/page.md has no heading #none"],
    ["[x]: none.md", "there is no docs/none.md"],
  ])("is found in the link %s", (text, fault) => {
    expect(linkFaults("docs/page.md", `# Page\n\n${text}\n`)).toEqual([`docs/page.md:3: ${fault}`]);
  });

  test.each([
    ["docs/none.md", "there is no docs/none.md"],
    ["docs/internals/domain.md, the conf pars", 'docs/internals/domain.md has no heading "the conf pars"'],
    ["docs/internals/domain.md, eras, nothing", 'docs/internals/domain.md has no heading "nothing"'],
  ])("is found in the citation %s", (text, fault) => {
    expect(citationFaults("a.ts", `\n// A fact (${text}).\n`)).toEqual([`a.ts:2: ${fault}`]);
  });

  test("is found in a citation that goes on in the next line of a comment", () => {
    const text = "/**\n * A fact (docs/internals/domain.md, the conf\n * pars).\n */\n";
    expect(citationFaults("a.ts", text)).toEqual([
      'a.ts:2: docs/internals/domain.md has no heading "the conf pars"',
    ]);
  });

  test("is nothing that only looks like one", () => {
    expect(
      linkFaults("docs/page.md", "```sh\n[x](none.md)\n```\n`[x](none.md)` [x](https://a.example/b.md)"),
    ).toEqual([]);
    expect(
      citationFaults("a.ts", "// docs/internals/domain.md, The Conf Parser, eras. More, of it."),
    ).toEqual([]);
  });
});

/** All files of the project, by their paths from its folder. */
function filesUnder(folder: string): string[] {
  return readdirSync(join(PROJECT, folder))
    .map((name) => join(folder, name))
    .filter((path) => !LEFT_OUT.test(path))
    .flatMap((path) => (statSync(join(PROJECT, path)).isDirectory() ? filesUnder(path) : [path]));
}

function read(file: string): string {
  return readFileSync(join(PROJECT, file), "utf8");
}

function linkFaults(page: string, text: string): Fault[] {
  return linksOf(text).flatMap(({ line, target }) => {
    const [path = "", anchor] = target.split("#");
    const to = path === "" ? page : normalize(join(dirname(page), path));
    const fault = faultOf(to, page, text, anchor);
    return fault === undefined ? [] : [`${page}:${line}: ${fault}`];
  });
}

/** Links in Markdown, `[text](target)` and `[text]: target`, to places in the project. Code has none. */
function linksOf(text: string): Link[] {
  return proseLines(text).flatMap((prose, index) => {
    const inline = [...prose.matchAll(/\]\(([^)\s]+)\)/g)];
    const defined = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/g)];
    return [...inline, ...defined]
      .map(([, target = ""]) => ({ line: index + 1, target }))
      .filter(({ target }) => !/^[a-z]+:/.test(target));
  });
}

function faultOf(to: string, page: string, text: string, anchor: string | undefined): string | undefined {
  if (to !== page && !existsSync(join(PROJECT, to))) return `there is no ${to}`;
  if (anchor === undefined) return undefined;
  const anchors = headingsOf(to === page ? text : read(to)).map(anchorOf);
  return anchors.includes(anchor) ? undefined : `${to} has no heading #${anchor}`;
}

/** Lines without what is code: blocks between fences are empty lines, and so is text between backticks. */
function proseLines(text: string): string[] {
  let isCode = false;
  return text.split("\n").map((line) => {
    if (line.startsWith("```")) {
      isCode = !isCode;
      return "";
    }
    return isCode ? "" : line.replaceAll(/`[^`]*`/g, "");
  });
}

function headingsOf(text: string): string[] {
  const bare = proseLines(text);
  return text
    .split("\n")
    .filter((_, index) => bare[index] !== "")
    .flatMap((line) => /^#{1,6} (.+)$/.exec(line)?.[1] ?? []);
}

/** As GitHub makes it: lower case, without punctuation, with hyphens for blanks. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

function citationFaults(file: string, text: string): Fault[] {
  if (CITE_OTHERS.test(file)) return [];
  return citationsOf(text).flatMap(({ line, page, rest }) => {
    if (!existsSync(join(PROJECT, page))) return [`${file}:${line}: there is no ${page}`];
    // Docs link to headings. A comma behind a path is one of the sentence there.
    if (file.endsWith(".md")) return [];
    return missingHeadings(page, rest).map((each) => `${file}:${line}: ${page} has no heading "${each}"`);
  });
}

/** `docs/internals/domain.md, the conf parser` in comments and texts, also where a line ends inside of it. */
function citationsOf(text: string): Citation[] {
  return [...text.matchAll(/(?<!\]\(|[\w/.])(docs\/[\w/-]+\.md|CONTRIBUTING\.md)/g)].map((match) => {
    const after = text.slice(match.index + match[0].length, match.index + 600);
    const joined = after.replaceAll(/\s*\n\s*(\*(?!\/)|\/\/|#|)\s*/g, " ");
    const line = text.slice(0, match.index).split("\n").length;
    return { line, page: match[0], rest: /^, ([^)"`;:]*)/.exec(joined)?.[1] ?? "" };
  });
}

/** Headings are separated by commas, and may have commas. The last one ends where its sentence does. */
function missingHeadings(page: string, rest: string): string[] {
  const headings = headingsOf(read(page)).map((heading) => heading.toLowerCase());
  let left = rest.toLowerCase().trim();
  while (left !== "") {
    const found = headings
      .filter((heading) => left.startsWith(heading) && !/^[\p{L}\p{N}]/u.test(left.slice(heading.length)))
      .sort((one, other) => other.length - one.length)[0];
    if (found === undefined) return [left.replace(/[.,].*$/s, "").trim()];
    left = left.slice(found.length);
    if (!left.startsWith(", ")) return [];
    left = left.slice(2);
  }
  return [];
}
