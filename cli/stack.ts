import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** The stack that a command is about. */
export interface ChosenStack {
  readonly name: string;
  /** The file of its config, as a path from the project's directory. */
  readonly file: string;
}

export interface StackChoice {
  /** What `--stack` says. */
  readonly asked?: string | undefined;
  /** The project's directory; the current one if absent. */
  readonly directory?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Chooses the stack that `--stack` names, else the one of `PULUMI_STACK`, else the one that `pulumi stack select` chose
 * in this project, else the only one that has a config here. Throws if there is none, if there are several, or if the
 * chosen one has no config.
 */
export function chooseStack({ asked, directory = ".", env = process.env }: StackChoice): ChosenStack {
  const names = stacksWithConfig(directory);
  const choices: readonly (readonly [string | undefined, string])[] = [
    [asked, "which --stack names"],
    [env["PULUMI_STACK"] || undefined, "which PULUMI_STACK names"],
    [selectedStack(directory, env), "which `pulumi stack select` chose"],
    [names.length === 1 ? names[0] : undefined, ""],
  ];
  for (const [chosen, how] of choices) {
    if (chosen === undefined) continue;
    const name = baseName(chosen);
    const file = `Pulumi.${name}.yaml`;
    if (names.includes(name)) return { name, file };
    throw new Error(`the stack ${name}, ${how}, has no ${file} here; ${remedy(names)}`);
  }
  const missing = names.length === 0 ? "no stack has a config here" : "it is not clear which stack is meant";
  throw new Error(`${missing}; ${remedy(names)}`);
}

function remedy(names: readonly string[]): string {
  if (names.length === 0) return "run dokomodo in the project's directory, beside its Pulumi.<stack>.yaml";
  return `name one with --stack, or choose it with \`pulumi stack select\`: ${names.join(", ")}`;
}

function stacksWithConfig(directory: string): string[] {
  const names = readdirSync(directory).map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

/** The last part of a stack's name, which may begin with its organization and project: `organization/dokomodo/east`. */
function baseName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

/**
 * What Pulumi's workspace file holds: the selected stack, and since Pulumi 3.256.0 also one stack for each backend
 * (docs/internals/pulumi.md, the selected stack).
 */
const workspaceShape = z.object({
  stack: z.string().optional(),
  stacks: z.record(z.string(), z.string()).default({}),
});

/**
 * The stack that `pulumi stack select` chose. Pulumi keeps it under its home, in a file that is named after the project
 * and the SHA-1 of the path of its Pulumi.yaml. Pulumi does not promise to keep this form, so a file that cannot be
 * read counts as no selection, and not as an error. If the stacks of several backends differ, only Pulumi knows which
 * one counts, so there is no selection then either.
 */
export function selectedStack(directory: string, env: NodeJS.ProcessEnv): string | undefined {
  const home = env["PULUMI_HOME"] || join(env["HOME"] ?? homedir(), ".pulumi");
  for (const path of projectPaths(directory, env)) {
    try {
      const { name } = z.object({ name: z.string() }).parse(parse(readFileSync(path, "utf8")));
      const file = `${name}-${createHash("sha1").update(path).digest("hex")}-workspace.json`;
      const text = readFileSync(join(home, "workspaces", file), "utf8");
      const { stack, stacks } = workspaceShape.parse(JSON.parse(text));
      const perBackend = new Set(Object.values(stacks).map(baseName));
      const [only, another] = perBackend;
      if (another !== undefined) return undefined;
      return only ?? stack;
    } catch {}
  }
  return undefined;
}

/**
 * The paths of Pulumi.yaml that Pulumi may have used: the one through the links by which the shell came here ($PWD),
 * and the one without links.
 */
function projectPaths(directory: string, env: NodeJS.ProcessEnv): string[] {
  const real = realpathSync(directory);
  const given = resolve(env["PWD"] ?? real, directory);
  const isSame = (path: string) => {
    try {
      return realpathSync(path) === real;
    } catch {
      return false;
    }
  };
  return [...new Set([given, real])].filter(isSame).map((path) => join(path, "Pulumi.yaml"));
}
