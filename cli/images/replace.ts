import { readFileSync } from "node:fs";
import { chmod, chown, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import type { Span } from "../../input/source";

/** A file whose text is to be replaced. */
export interface Replacement {
  readonly path: string;
  /** The text when the file was read. */
  readonly before: string;
  readonly after: string;
}

/** A change of one value in a text. `from` is the value as it is now. */
export interface Edit {
  readonly span: Span;
  readonly from: string;
  readonly to: string;
}

/** Reads a file without the loss of a byte: a byte order mark is kept, and a file that is not UTF-8 is refused. */
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

/** Whether a value is written without escapes and line breaks, so that it can be changed in place. */
export function isPlain(text: string, { span, from }: Pick<Edit, "span" | "from">): boolean {
  return text.slice(span.start, span.end).includes(from);
}

/** The text with each value changed in place. Two edits of one place, which an alias makes, count as one. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = text;
  const once = new Map(edits.map((edit) => [edit.span.start, edit]));
  for (const { span, from, to } of [...once.values()].sort(
    (one, other) => other.span.start - one.span.start,
  )) {
    // The last occurrence is the value. An earlier one is in a comment, if the value begins on the next line.
    const start = span.start + result.slice(span.start, span.end).lastIndexOf(from);
    result = result.slice(0, start) + to + result.slice(start + from.length);
  }
  return result;
}

/**
 * Replaces files, and keeps their owners and modes. Links are followed. Whoever reads a file meanwhile sees all of the
 * old text or all of the new one. No file is replaced before all new texts are on the disk, nor if one of the files has
 * changed since it was read. If one cannot be replaced, those before it get their old texts back.
 */
export async function replaceFiles(replacements: readonly Replacement[]): Promise<void> {
  const drafts: Draft[] = [];
  try {
    for (const replacement of replacements) drafts.push(await writeDraft(replacement));
    for (const [index, { path, draft, target }] of drafts.entries()) {
      try {
        await rename(draft, target);
      } catch (error) {
        const others = await putBack(replacements.slice(0, index));
        throw new Error(`${path} cannot be replaced (${codeOf(error)}); ${others}`);
      }
    }
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
}

/** Gives files their old texts back. Returns what a person has to know. */
async function putBack(replaced: readonly Replacement[]): Promise<string> {
  const left: string[] = [];
  for (const { path, before, after } of replaced) {
    try {
      const { draft, target } = await writeDraft({ path, before: after, after: before });
      await rename(draft, target);
    } catch {
      left.push(path);
    }
  }
  return left.length === 0
    ? "nothing was changed"
    : `${left.join(", ")} was changed already, and cannot be changed back; look at its difference from the version before`;
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
