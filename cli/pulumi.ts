export interface PulumiRun {
  /** The stack that the command works on. */
  readonly stack: string;
  /** What the command reads on standard input; nothing if absent. */
  readonly input?: string | undefined;
  /** Environment variables in addition to this program's. One that is undefined is not passed on. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Ends the CLI as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
}

/** A stack, and the CLI that works on it. */
export interface StackCommand {
  /** Path of the pulumi CLI, or its name on the path. */
  readonly pulumi: string;
  /** Environment variables in addition to this program's. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
}

/** The stack of a command that runs in the project's folder, with the CLI that is on the path. */
export function stackHere(stack: string): StackCommand {
  return { pulumi: "pulumi", env: {}, directory: ".", stack };
}

/** How a run of Pulumi's CLI ended. */
export interface PulumiAnswer {
  readonly ok: boolean;
  /** Standard output, without its last line end. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs Pulumi's CLI without questions, and returns its output. Rejects with what to do, if explainPulumi knows it, and
 * otherwise with the CLI's own message.
 */
export async function runPulumi(args: readonly string[], { stack, input, env }: PulumiRun): Promise<string> {
  const answer = await askPulumi([...args, "--stack", stack], { input, env });
  if (!answer.ok) throw pulumiError(args, answer, stack);
  return answer.stdout;
}

/**
 * Runs Pulumi's CLI without questions, and returns how it ended. Rejects only if there is no CLI.
 * @param args with `--stack` where the command takes it
 */
export async function askPulumi(
  args: readonly string[],
  {
    input = "",
    env = {},
    pulumi = "pulumi",
    directory = ".",
    signal,
  }: Pick<PulumiRun, "input" | "env" | "signal"> & Partial<Pick<StackCommand, "pulumi" | "directory">> = {},
): Promise<PulumiAnswer> {
  const { execa } = await import("execa");
  const { stdout, stderr, failed, code } = await execa(pulumi, [...args, "--non-interactive"], {
    input,
    // Pulumi takes the project's folder from PWD, if that leads to the same one.
    env: directory === "." ? env : { ...env, PWD: directory },
    cwd: directory,
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal, killSignal: "SIGINT" }),
  });
  if (code === "ENOENT") throw noPulumi();
  return { ok: !failed, stdout, stderr };
}

/** The error of a machine that has no CLI of Pulumi's. */
export function noPulumi(): Error {
  return new Error("there is no pulumi command on the path. `npm run up` installs one, or see pulumi.com");
}

/** The error of a run that failed: what to do, if explainPulumi knows it, or else the CLI's own message. */
export function pulumiError(args: readonly string[], { stderr }: PulumiAnswer, stack: string): Error {
  return new Error(explainPulumi(stderr, stack) ?? `pulumi ${args.slice(0, 2).join(" ")}: ${stderr.trim()}`);
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
