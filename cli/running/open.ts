import { loadStackFile } from "../../config/loadFile";
import { networksOf, type Stack } from "../../config/stack";
import { ProblemsError } from "../../input/problem";
import { OperationsByHost } from "../../platforms/OperationsByHost";
import type { Operations } from "../../platforms/operations";
import { askPulumi } from "../pulumi";
import { chooseStack } from "../stack";

/** A stack whose containers run, or should. */
export interface RunningStack {
  readonly name: string;
  /** The stack as its files say, without its secrets. */
  readonly stack: Stack;
  readonly operations: Operations;
}

/**
 * Opens the stack that is meant, without Pulumi and without its secrets. Throws with all that is wrong in its files.
 * @param use gets the stack; its connections are closed afterwards
 */
export async function withRunningStack<T>(
  asked: string | undefined,
  use: (running: RunningStack) => Promise<T>,
): Promise<T> {
  return withStack({ name: chooseStack({ asked }).name, directory: "." }, use);
}

/**
 * Opens a stack as withRunningStack does.
 * @param directory folder of its project
 */
export async function withStack<T>(
  { name, directory }: { readonly name: string; readonly directory: string },
  use: (running: RunningStack) => Promise<T>,
): Promise<T> {
  const loaded = loadStackFile({ directory, stackName: name });
  if (!loaded.ok) throw new ProblemsError(loaded.problems, "nothing was looked at");
  const stack = loaded.value;
  const operations: Operations = new OperationsByHost(stack.shares.all, {
    stackName: name,
    networks: networksOf(stack),
    firstName: () => firstName(name, directory),
  });
  try {
    return await use({ name, stack, operations });
  } finally {
    operations.close();
  }
}

/** The name under which the stack was first brought up; undefined if Pulumi does not know it. */
async function firstName(stack: string, directory: string): Promise<string | undefined> {
  const { ok, stdout } = await askPulumi(["stack", "output", "name", "--stack", stack], { directory });
  return ok && stdout !== "" ? stdout : undefined;
}
