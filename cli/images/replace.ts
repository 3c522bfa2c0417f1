import { readFileSync } from "node:fs";
import { chmod, chown, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import type { Span } from "../../input/source";

/** A file that is to say something else. */
export interface Replacement {
  readonly path: string;
  /** What it said when it was read. */
  readonly before: string;
  readonly after: string;
}

/** One value of a text that is to be another; `from` is how it reads now. */
export interface Edit {
  readonly span: Span;
  readonly from: string;
  readonly to: string;
}

/** The text of a file, to the byte: a byte order mark is kept, and what is not UTF-8 is refused. */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`${path} cannot be read (${codeOf(error)})`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${path} is not text in UTF-8`);
  }
}

/** Whether a value is written as it reads, so that it can be changed where it stands: not with escapes or line breaks. */
export function isPlain(text: string, { span, from }: Pick<Edit, "span" | "from">): boolean {
  return text.slice(span.start, span.end).includes(from);
}

/** The text with each value changed where it stands, and nothing else; two edits of one place are one. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = text;
  const once = new Map(edits.map((edit) => [edit.span.start, edit]));
  for (const { span, from, to } of [...once.values()].sort(
    (one, other) => other.span.start - one.span.start,
  )) {
    // The last one: a comment may stand before a value that begins on the next line.
    const start = span.start + result.slice(span.start, span.end).lastIndexOf(from);
    result = result.slice(0, start) + to + result.slice(start + from.length);
  }
  return result;
}

/**
 * Replaces files so that a reader sees the old one or the new one, with its owner and mode, through links. None is
 * replaced before all new ones are written out, or where one is no longer what was read.
 */
export async function replaceFiles(replacements: readonly Replacement[]): Promise<void> {
  const drafts: Draft[] = [];
  try {
    for (const replacement of replacements) drafts.push(await writeDraft(replacement));
    const done: string[] = [];
    for (const { path, draft, target } of drafts) {
      await rename(draft, target).catch((error: unknown) => {
        const others = done.length === 0 ? "nothing was changed" : `${done.join(", ")} was changed already`;
        throw new Error(`${path} cannot be replaced (${codeOf(error)}); ${others}`);
      });
      done.push(path);
    }
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
}

interface Draft {
  readonly path: string;
  readonly draft: string;
  readonly target: string;
}

async function writeDraft({ path, before, after }: Replacement): Promise<Draft> {
  if (readText(path) !== before) {
    throw new Error(
      `${path} was changed by somebody else meanwhile, so nothing was changed here; run this again`,
    );
  }
  const target = await realpath(path);
  const draft = `${target}.${process.pid}`;
  try {
    const { mode, uid, gid } = await stat(target);
    await writeFile(draft, after, { mode: 0o600 });
    if (process.getuid?.() === 0) await chown(draft, uid, gid);
    await chmod(draft, mode & 0o7777);
  } catch (error) {
    await rm(draft, { force: true });
    throw new Error(`${path} cannot be replaced (${codeOf(error)}); nothing was changed`);
  }
  return { path, draft, target };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
