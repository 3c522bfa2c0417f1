import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { selectedStack } from "../../../cli/stack";
import { type CommandLine, readCommandLine } from "./commandLine";
import { type CheckoutSettings, readSettings, settingsFor } from "./settings";

/** Where and how a person typed `pulumi`. */
export interface Situation {
  /** Absolute path of the folder that has a file of settings for each checkout of this machine. */
  readonly folder: string;
  /** Absolute path of the current directory, without links. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Invocation {
  /** Path of the CLI to run. */
  readonly engine: string;
  /** Variables that it needs besides those that are set. */
  readonly env: Readonly<Record<string, string>>;
}

/** The engine for a command line, and its environment. Throws where no checkout of this machine has an engine. */
export function invocation(args: readonly string[], situation: Situation): Invocation {
  const { folder, env } = situation;
  const line = readCommandLine(args);
  const directory =
    line.directory === undefined ? shellsDirectory(situation) : resolve(situation.directory, line.directory);
  const settings = settingsFor(realPath(directory), readSettings(folder));
  if (settings === undefined) throw new Error(`${folder} has no settings. Run \`npm run up\` in a checkout.`);
  if (!existsSync(settings.engine)) {
    throw new Error(`${settings.engine} is gone. Run \`npm run up\` in ${settings.checkout} again.`);
  }
  return {
    engine: settings.engine,
    env: {
      PATH: [...settings.directories, env["PATH"] ?? ""].join(delimiter),
      PULUMI_SKIP_UPDATE_CHECK: env["PULUMI_SKIP_UPDATE_CHECK"] ?? "true",
      ...(settings.offline ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
      ...(needsPassphrase(line, directory, settings, env)
        ? { PULUMI_CONFIG_PASSPHRASE_FILE: settings.passphraseFile }
        : {}),
    },
  };
}

/**
 * The development stack's passphrase is public, so a stack that a command creates under it has no secrets. The command
 * gets it only where it certainly works on the development stack, and nobody has set another passphrase.
 */
function needsPassphrase(
  { stack: named, mayCreate }: CommandLine,
  directory: string,
  { checkout, stack }: CheckoutSettings,
  env: NodeJS.ProcessEnv,
): boolean {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = env;
  if (PULUMI_CONFIG_PASSPHRASE !== undefined || PULUMI_CONFIG_PASSPHRASE_FILE !== undefined) return false;
  const project = projectAround(directory);
  if (project === undefined || realPath(project) !== checkout) return false;
  const selected = mayCreate ? undefined : env["PULUMI_STACK"] || selectedStack(project, env);
  // A stack may be named with its organization and project: `organization/dokomodo/dev`.
  return (named ?? selected)?.split("/").at(-1) === stack;
}

/** Pulumi takes the way that the shell came by, links included, where that is the same directory. */
function shellsDirectory({ directory, env }: Situation): string {
  const given = env["PWD"];
  return given !== undefined && realPath(given) === directory ? given : directory;
}

const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/** The folder of the nearest project file, which is the one that Pulumi takes. */
function projectAround(directory: string): string | undefined {
  if (PROJECT_FILES.some((name) => existsSync(join(directory, name)))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : projectAround(parent);
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
