import { loadStackFile } from "../../config/loadFile";
import { type Change, editYaml } from "../../input/edit/editYaml";
import { ProblemsError } from "../../input/problem";
import { type Replacement, replaceFiles } from "../images/replace";
import type { EditOptions } from "./editOptions";
import { previewCopy } from "./previewCopy";
import type { StackFiles } from "./stackFiles";

/** What a command is about to change. */
export interface StackEdit {
  /** Changes of the stack's config, in order. Paths begin at the top of the file. */
  readonly config?: readonly Change[] | undefined;
  /** Changes of the list of chains, in order. */
  readonly list?: readonly Change[] | undefined;
  /** What the operator has to know, each a whole sentence. */
  readonly notes: readonly string[];
}

interface FileDiff {
  readonly file: string;
  /** In the unified format. */
  readonly diff: string;
}

/**
 * Makes a change of a stack's files. What they say afterwards is checked as a whole first, and nothing is written if a
 * mistake is found. The files are written together or not at all.
 */
export async function carryOut(files: StackFiles, edit: StackEdit, options: EditOptions): Promise<void> {
  const replacements = edited(files, edit);
  const isWritten = options.dryRun !== true && options.preview !== true;
  if (isWritten) await replaceFiles(replacements);
  const diffs = await Promise.all(replacements.map(diffOf));
  const notes = [...edit.notes, ...outcome(files, replacements, isWritten)];
  const text = options.json
    ? `${JSON.stringify({ written: isWritten && replacements.length > 0, files: diffs, notes }, undefined, 2)}\n`
    : `${diffs.map(({ diff }) => diff).join("")}${notes.join("\n")}\n`;
  process.stdout.write(text);
  // With --json, standard output is read by a program.
  const output = options.json ? process.stderr : process.stdout;
  if (options.preview) await previewCopy(files.name, replacements, output);
}

/** The files as they will be, in the order in which they are written. Throws with all that would be wrong in them. */
function edited(files: StackFiles, edit: StackEdit): Replacement[] {
  const { name: stackName, file, listFile } = files;
  const config = editYaml(file, files.text, edit.config ?? []);
  const list = editYaml(listFile, files.listText, edit.list ?? []);
  const loaded = loadStackFile({ directory: ".", stackName, texts: { [file]: config, [listFile]: list } });
  if (!loaded.ok)
    throw new ProblemsError(
      loaded.problems,
      "nothing was changed. The lines are counted as they would be after the change",
    );
  const replacements = [
    { path: listFile, before: files.listText, after: list },
    { path: file, before: files.text, after: config },
  ].filter(({ before, after }) => before !== after);
  // If this process is killed between the two files, the list has an entry too many, and never one too few.
  const isListShorter = list.length < files.listText.length;
  return isListShorter ? replacements.reverse() : replacements;
}

async function diffOf({ path, before, after }: Replacement): Promise<FileDiff> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  const options = { context: 2, headerOptions: FILE_HEADERS_ONLY };
  return { file: path, diff: createTwoFilesPatch(path, path, before, after, "", "", options) };
}

function outcome({ name }: StackFiles, changed: readonly Replacement[], isWritten: boolean): string[] {
  if (changed.length === 0) return ["Nothing is to be changed in the files."];
  if (!isWritten) return ["Nothing was written."];
  return [
    `Written. \`pulumi preview --stack ${name}\` shows the plan, and \`pulumi up --stack ${name}\` makes it so.`,
  ];
}
