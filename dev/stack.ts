import { join } from "node:path";
import type { StackCommand } from "../cli/pulumi";
import { mendCheckpoint } from "../cli/unlock/checkpoint";
import { openLeftovers } from "../cli/unlock/leftovers";
import { lift, mend } from "../cli/unlock/unlock";
import type { PulumiEnvironment } from "./toolchain/pulumiEnvironment";

const PROJECT = join(__dirname, "..");

export const DEVELOPMENT_STACK = "dev";

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Logs in where nobody has, repairs what an interrupted run left, and selects the development stack. */
export async function selectStack(engine: PulumiEnvironment): Promise<StackCommand> {
  const env = { ...engine.env, ...developmentPassphrase() };
  const command = { pulumi: engine.pulumi, env, directory: PROJECT, stack: DEVELOPMENT_STACK };
  const { execa } = await import("execa");
  const options = { cwd: PROJECT, env };
  const { failed } = await execa(engine.pulumi, ["whoami", "--non-interactive"], {
    ...options,
    reject: false,
  });
  if (failed) {
    say("Pulumi is not logged in yet. Running `pulumi login --local`, so the state goes to a folder.");
    await execa(engine.pulumi, ["login", "--local"], options);
  }
  if (!(await lift(command, say))) throw new Error("the development stack is locked, as is said above");
  // A state that is broken cannot be selected.
  await mendCheckpoint(command, say);
  await execa(engine.pulumi, ["stack", "select", "--create", DEVELOPMENT_STACK], options);
  await mend(command, () => openLeftovers(command), say);
  return command;
}

/** Runs a command of Pulumi's CLI on the stack and shows its output. True when it succeeded. */
export async function pulumi(
  { pulumi: cli, env, directory, stack }: StackCommand,
  args: readonly string[],
): Promise<boolean> {
  const { execa } = await import("execa");
  const { failed } = await execa(cli, [...args, "--stack", stack], {
    cwd: directory,
    env,
    stdio: "inherit",
    reject: false,
  });
  return !failed;
}

function developmentPassphrase(): Record<string, string> {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  if (PULUMI_CONFIG_PASSPHRASE !== undefined || PULUMI_CONFIG_PASSPHRASE_FILE !== undefined) return {};
  return { PULUMI_CONFIG_PASSPHRASE_FILE: join(PROJECT, "dev", "dev.passphrase") };
}
