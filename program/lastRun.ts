import * as pulumi from "@pulumi/pulumi";

/**
 * The outputs of a stack as its last `up` left them (docs/internals/pulumi.md, a stack's own outputs). There are none
 * before the first `up`, and none after a destroy.
 */
export interface LastRun {
  /** The name that the stack was first brought up under. Older versions of the program did not write it. */
  readonly name?: string | undefined;
  /** All outputs, in the form of the version that wrote them. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Reads the outputs of a stack.
 * @param stackName the name that the stack has now
 */
export async function readLastRun(stackName: string): Promise<LastRun> {
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
    name: `${pulumi.getOrganization()}/${pulumi.getProject()}/${stackName}`,
  });
  const { name } = Object(outputs);
  return { outputs: Object(outputs), name: typeof name === "string" ? name : undefined };
}
