import * as pulumi from "@pulumi/pulumi";

/** What a stack told when it was last brought up; nothing of it is there before, or after it was destroyed. */
export interface LastRun {
  /** The output `notaries`, whichever version wrote it. */
  readonly notaries: unknown;
  /** The name that the stack was first brought up under; absent, too, where an older version brought it up. */
  readonly name?: string;
  /** All outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Reads the outputs of a stack, by the name that it has now. */
export async function readLastRun(stackName: string): Promise<LastRun> {
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
    name: `${pulumi.getOrganization()}/${pulumi.getProject()}/${stackName}`,
  });
  const { notaries, name } = Object(outputs);
  return { notaries, outputs: Object(outputs), ...(typeof name === "string" ? { name } : {}) };
}
