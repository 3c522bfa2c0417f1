import { loadStackFile } from "../../config/loadFile";
import type { Stack } from "../../config/stack";
import { editYaml } from "../../input/edit/editYaml";
import type { Plain } from "../../input/edit/render";
import { ProblemsError } from "../../input/problem";
import { type Path, YamlSource } from "../../input/source";
import { confirm } from "../confirm";
import type { StackFiles } from "../edit/stackFiles";
import { replaceFiles } from "../images/replace";
import type { Ended } from "../showPulumi";
import { type RollOutChoice, runWithConfig, withRollOut } from "./pulumiUp";
import type { WhatRuns } from "./running";

/** A value of a stack's config that a command gives; undefined takes the key away. */
export interface Setting {
  /** From the top of the file, such as `config`, `dokomodo:iguana`, `image`. */
  readonly path: Path;
  readonly value: Plain | undefined;
}

/** The text of a stack's file with these values, and what it deploys then. Throws with all that would be wrong in it. */
export function withSettings(
  { name, file, text }: StackFiles,
  settings: readonly Setting[],
): { readonly text: string; readonly stack: Stack } {
  const after = settings.reduce((result, setting) => withSetting(file, result, setting), text);
  const loaded = loadStackFile({ directory: ".", stackName: name, texts: { [file]: after } });
  if (!loaded.ok) {
    throw new ProblemsError(loaded.problems, "nothing was changed; the lines are those after the change");
  }
  return { text: after, stack: loaded.value };
}

function withSetting(file: string, text: string, { path: full, value }: Setting): string {
  const { source } = YamlSource.parse(file, text);
  const isThere = (length: number) => source?.at(full.slice(0, length)) != null;
  if (value === undefined) {
    return isThere(full.length) ? editYaml(file, text, [{ kind: "remove", path: full }]) : text;
  }
  // What is not there yet is written together with its first missing owner.
  const missing = full.findIndex((_, index) => !isThere(index + 1));
  const length = missing === -1 ? full.length : missing + 1;
  const written = full.slice(length).reduceRight<Plain>((inner, key) => ({ [key]: inner }), value);
  return editYaml(file, text, [{ kind: "set", path: full.slice(0, length), value: written }]);
}

/** What a command is about to do with a stack. */
export interface CarefulChange {
  readonly from: StackFiles;
  /** The text of the stack's file after it. */
  readonly text: string;
  /** What is done, line by line. */
  readonly lines: readonly string[];
  readonly rollOut: RollOutChoice;
  /** Looks at what runs after the `up`. */
  look(): Promise<readonly WhatRuns[]>;
  /** How a person goes back, as a sentence. */
  readonly wayBack: string;
  /** What is said when all is done. */
  readonly done: string;
}

/**
 * Changes a stack's file and runs `pulumi up` for it, with a roll-out that is not written into the file. It shows what it
 * is about to do, and Pulumi's plan, and asks first.
 * @param yes whether neither the plan is shown nor a question asked
 */
export async function carefulUp(change: CarefulChange, yes: boolean): Promise<void> {
  const { from, text, lines, rollOut, wayBack, done } = change;
  const { name, file } = from;
  const copy = withRollOut(file, text, rollOut);
  checkRollOut(from, copy);
  process.stdout.write(`${lines.join("\n")}\n`);
  if (!yes) {
    const preview = await runWithConfig(name, copy, ["preview"]);
    if (preview !== "done") throw new Error("there is no plan, as is said above; nothing was changed");
    if (!(await confirm("Go ahead?"))) throw new Error("nothing was changed");
  }
  if (text !== from.text) await replaceFiles([{ path: file, before: from.text, after: text }]);
  const ended = await runWithConfig(name, copy, ["up", "--yes", "--skip-preview"]);
  const workloads = await change.look();
  if (ended === "done" && workloads.every(({ hasImage, takesCalls }) => hasImage && takesCalls)) {
    process.stdout.write(`${done}\n`);
    return;
  }
  const isWritten = text === from.text ? "" : ` ${file} is changed already.`;
  const seen = workloads.map(({ line }) => line);
  throw new Error([...seen, `${HOW_IT_ENDED[ended]}${isWritten} ${wayBack}`].join("\n"));
}

const HOW_IT_ENDED: Readonly<Record<Ended, string>> = {
  done: "The up is done, and not everything is as it should be, as is said above.",
  failed: "The up stopped, as is said above. Another `pulumi up` goes on with those that it left.",
  interrupted: "The up was interrupted. Another `pulumi up` goes on where it stopped.",
};

function checkRollOut({ name, file }: StackFiles, copy: string): void {
  const loaded = loadStackFile({ directory: ".", stackName: name, texts: { [file]: copy } });
  if (!loaded.ok) {
    const problems = loaded.problems.map(({ message }) => ({ message }));
    throw new ProblemsError(problems, "nothing was changed");
  }
}
