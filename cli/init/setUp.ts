import { askPulumi, type PulumiRun, pulumiError, runPulumi } from "../pulumi";

/** A stack that is set up, step by step. Each step may be done already. */
export interface SetUp {
  readonly stack: string;
  /** Variables that lead Pulumi to the stack's passphrase. */
  readonly env: Readonly<Record<string, string>>;
}

/** Whether the backend has the stack. */
export async function stackExists(stack: string): Promise<boolean> {
  const args = ["stack", "--show-name", "--stack", stack];
  const answer = await askPulumi(args);
  if (answer.ok) return true;
  // docs/internals/pulumi.md, messages about stacks
  if (/no stack named/.test(answer.stderr)) return false;
  throw pulumiError(args, answer, stack);
}

/** Makes the stack in the backend. */
export async function makeStack({ stack, env }: SetUp, secretsProvider: string): Promise<void> {
  await runPulumi(["stack", "init", "--secrets-provider", secretsProvider], { stack, env });
}

/**
 * Gives the stack the passphrase of its node's key, on standard input. Throws if it has another one.
 * @param hasOne whether the stack's file has one
 */
export async function setPassphrase(setUp: SetUp, passphrase: string, hasOne: boolean): Promise<void> {
  const path = `dokomodo:passphrases["${setUp.stack}"]`;
  const run: PulumiRun = { ...setUp };
  if (!hasOne) {
    await runPulumi(["config", "set", "--secret", "--path", path], { ...run, input: passphrase });
    return;
  }
  if ((await runPulumi(["config", "get", "--path", path], run)) === passphrase) return;
  throw new Error(
    `Pulumi.${setUp.stack}.yaml has another passphrase. Nothing was changed. To exchange the key, run pulumi config set --secret --path '${path}'`,
  );
}

/** Shows the plan. Throws if there is none. */
export async function showPlan({ stack, env }: SetUp): Promise<void> {
  const { execa } = await import("execa");
  const { failed } = await execa("pulumi", ["preview", "--non-interactive", "--stack", stack], {
    env,
    stdio: ["ignore", "inherit", "inherit"],
    reject: false,
  });
  if (failed) {
    const lines = Object.entries(env)
      .map(([name, value]) => `  export ${name}='${value}'\n`)
      .join("");
    throw new Error(
      `The stack is set up, and there is no plan yet. Correct what is said above, then run:\n\n${lines}  pulumi preview --stack ${stack}`,
    );
  }
}
