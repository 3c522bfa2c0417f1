export interface PulumiRun {
  /** The stack that the command works on. */
  readonly stack: string;
  /** What the command reads on standard input; nothing if absent. */
  readonly input?: string | undefined;
}

/**
 * Runs Pulumi's CLI without questions, and returns its output. Rejects with what to do, if explainPulumi knows it, and
 * otherwise with the CLI's own message.
 */
export async function runPulumi(args: readonly string[], { stack, input = "" }: PulumiRun): Promise<string> {
  const { execa } = await import("execa");
  const command = [...args, "--non-interactive", "--stack", stack];
  const { stdout, stderr, failed, code } = await execa("pulumi", command, { input, reject: false });
  if (code === "ENOENT") {
    throw new Error("there is no pulumi command on the path. `npm run up` installs one, or see pulumi.com");
  }
  if (failed)
    throw new Error(explainPulumi(stderr, stack) ?? `pulumi ${args[0]} ${args[1]}: ${stderr.trim()}`);
  return stdout;
}

/**
 * What to do about an error of Pulumi's that concerns a stack's secrets or its login (docs/internals/pulumi.md,
 * messages about secrets and logins). Undefined for other errors.
 */
export function explainPulumi(said: string, stack: string): string | undefined {
  const ways =
    "set PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, or PULUMI_CONFIG_PASSPHRASE to itself";
  const known: readonly [RegExp, string][] = [
    [
      /passphrase must be set/,
      `this needs the secrets of stack ${stack}, and no passphrase for them is set: ${ways}, then run this again`,
    ],
    [
      /incorrect passphrase/,
      `the passphrase that is set does not open the secrets of stack ${stack}: ${ways}, then run this again`,
    ],
    [
      /PULUMI_ACCESS_TOKEN must be set|not logged in|invalid access token/i,
      `Pulumi is not logged in to where the state of stack ${stack} is: run \`pulumi login\` with its address ` +
        "(such as file://~ or s3://bucket), or set PULUMI_BACKEND_URL, and PULUMI_ACCESS_TOKEN for Pulumi's own service",
    ],
  ];
  return known.find(([says]) => says.test(said))?.[1];
}
