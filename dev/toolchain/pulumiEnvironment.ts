import { createHash } from "node:crypto";
import { link } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import type { Display } from "../progress";
import { cacheDirectory, installOnce } from "./cache";
import { searchPath } from "./executables";
import { findSubstitutes, pluginsOfStacks, type Substitute, usualPlugins } from "./plugins";
import { findPulumi, type PulumiCli, pulumiVersion } from "./pulumiCli";
import { installWrapper } from "./wrapper/install";

export interface PulumiEnvironment {
  /** Path of the CLI. */
  readonly pulumi: string;
  /** Variables for the environment of programs that run it. */
  readonly env: Record<string, string>;
  /** Names of the plugins that stand-ins replace, such as `docker`. `nodejs` is the language host. */
  readonly offline: string[];
}

export interface Preparation {
  readonly env?: NodeJS.ProcessEnv;
  readonly display?: Display;
  /** Whether `pulumi` is also made to work for a person who types it. Tests do not need that. */
  readonly byHand?: boolean;
  /** The default is what the project's stacks need, and without `byHand` what a stack on Docker needs. */
  readonly plugins?: readonly string[];
}

const checkout = join(__dirname, "..", "..");

/** Finds, fetches or builds an engine and its plugins, and says which plugins are stand-ins. */
export async function preparePulumi(preparation: Preparation = {}): Promise<PulumiEnvironment> {
  const { env = process.env, display = process.stderr, byHand = true } = preparation;
  const cli = await findPulumi({ env, display });
  const plugins = preparation.plugins ?? (byHand ? await pluginsOfStacks(checkout) : usualPlugins);
  const substitutes = await findSubstitutes(cli, env, display, plugins);
  const gathered = await gather(cli, substitutes, cacheDirectory(env));
  const directories = cli.origin === "official" ? [...gathered, cli.directory] : gathered;
  const offline = substitutes.map(({ name }) => name);
  const settings = {
    ...(cli.origin === "path" ? {} : { PULUMI_SKIP_UPDATE_CHECK: "true" }),
    ...(offline.length === 0 ? {} : { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
  };
  announce(cli, offline, display);
  const pulumi = join((cli.origin === "built" ? gathered[0] : undefined) ?? cli.directory, "pulumi");
  if (byHand) await prepareHandUse(cli, pulumi, directories, settings, { env, display });
  const path = [...directories, ...searchPath(env)].join(delimiter);
  return { pulumi, env: { ...settings, PATH: path }, offline };
}

/**
 * One directory that holds all that set-up adds to the path. A built CLI is linked into it, because the engine warns of
 * a language host that does not lie beside its own executable (pulumi/pulumi, sdk/go/common/workspace/plugins.go,
 * GetPluginPath).
 */
async function gather(cli: PulumiCli, substitutes: readonly Substitute[], cache: string): Promise<string[]> {
  const built = cli.origin === "built" ? [join(cli.directory, "pulumi")] : [];
  const files = [...built, ...substitutes.map(({ executable }) => executable)];
  if (files.length === 0) return [];
  const key = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 16);
  const directory = await installOnce(join(cache, "bin", key), async (staging) => {
    for (const file of files) await link(file, join(staging, basename(file)));
  });
  return [directory];
}

function announce(cli: PulumiCli, offline: readonly string[], display: Display): void {
  if (offline.length === 0) return;
  const runs = cli.origin === "built" ? `Pulumi ${pulumiVersion}, built from source, runs` : "Pulumi runs";
  display.write(`${runs} with offline stand-ins for its plugins: ${offline.join(", ")}.\n`);
}

async function prepareHandUse(
  cli: PulumiCli,
  pulumi: string,
  directories: readonly string[],
  settings: Readonly<Record<string, string>>,
  { env, display }: { env: NodeJS.ProcessEnv; display: Display },
): Promise<void> {
  if (directories.length === 0) return;
  const exports = `export PATH="${directories.join(delimiter)}:$PATH"${Object.entries(settings)
    .map(([key, value]) => ` ${key}=${value}`)
    .join("")}`;
  if (cli.origin === "path") {
    if (!directories.every((directory) => (env["PATH"] ?? "").split(delimiter).includes(directory))) {
      display.write(`Before you type \`pulumi\` in this project, run: ${exports}\n`);
    }
    return;
  }
  const wrapper = await installWrapper(
    {
      checkout,
      engine: pulumi,
      directories: [...directories],
      offline: "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" in settings,
      stack: "dev",
      passphraseFile: join(checkout, "dev", "dev.passphrase"),
      preparedAt: Date.now(),
    },
    env,
  );
  if (wrapper === undefined) display.write(`Before you type \`pulumi\`, run: ${exports}\n`);
  else if (wrapper.changed) display.write(`You can type \`pulumi\` now. It is ${wrapper.path}.\n`);
}
