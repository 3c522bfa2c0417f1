import { createHash } from "node:crypto";
import { link } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import type { Display } from "../progress";
import { cacheDirectory, installOnce } from "./cache";
import { searchPath } from "./executables";
import {
  findSubstitutes,
  pluginsOfStacks,
  type ResourcePlugin,
  type Substitute,
  usualPlugins,
} from "./plugins";
import { type Engine, findEngine, pulumiVersion } from "./pulumiCli";
import { installWrapper } from "./wrapper";

export interface EngineEnvironment {
  /** Path of the CLI. */
  readonly pulumi: string;
  /** To merge into the environment of programs that run it. */
  readonly env: Record<string, string>;
  /** Plugins that are stood in for, by their names, such as `docker`, and `nodejs`, the language host. */
  readonly offline: string[];
}

export interface Preparation {
  readonly env?: NodeJS.ProcessEnv;
  readonly display?: Display;
  /** Whether `pulumi` is to work when typed by hand, too; tests do without. */
  readonly byHand?: boolean;
  /** Left out: what a stack on Docker needs, and by hand what any stack of the project does. */
  readonly plugins?: readonly ResourcePlugin[];
}

const checkout = join(__dirname, "..", "..");

/** Has an engine and its plugins ready, from wherever they can be had, and says what stands in. */
export async function prepareEngine(preparation: Preparation = {}): Promise<EngineEnvironment> {
  const { env = process.env, display = process.stderr, byHand = true } = preparation;
  const engine = await findEngine({ env, display });
  const plugins = preparation.plugins ?? (byHand ? await pluginsOfStacks(checkout) : usualPlugins);
  const substitutes = await findSubstitutes(engine, env, display, plugins);
  const gathered = await gather(engine, substitutes, cacheDirectory(env));
  const directories = engine.origin === "official" ? [...gathered, engine.directory] : gathered;
  const offline = substitutes.map(({ name }) => name);
  const settings = {
    ...(engine.origin === "path" ? {} : { PULUMI_SKIP_UPDATE_CHECK: "true" }),
    ...(offline.length === 0 ? {} : { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
  };
  announce(engine, offline, display);
  const pulumi = join((engine.origin === "built" ? gathered[0] : undefined) ?? engine.directory, "pulumi");
  if (byHand) await prepareHandUse(engine, pulumi, directories, settings, { env, display });
  const path = [...directories, ...searchPath(env)].join(delimiter);
  return { pulumi, env: { ...settings, PATH: path }, offline };
}

export { findEngine };

/**
 * One directory that holds all that set-up adds. A built CLI is linked into it, because the engine trusts a language
 * host that lies beside its own executable, and warns of any other (GetPluginPath, sdk/go/common/workspace).
 */
async function gather(engine: Engine, substitutes: readonly Substitute[], cache: string): Promise<string[]> {
  const cli = engine.origin === "built" ? [join(engine.directory, "pulumi")] : [];
  const files = [...cli, ...substitutes.map(({ executable }) => executable)];
  if (files.length === 0) return [];
  const key = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 16);
  const directory = await installOnce(join(cache, "bin", key), async (staging) => {
    for (const file of files) await link(file, join(staging, basename(file)));
  });
  return [directory];
}

function announce(engine: Engine, offline: readonly string[], display: Display): void {
  if (offline.length === 0) return;
  const cli = engine.origin === "built" ? `Pulumi ${pulumiVersion}, built from source, runs` : "Pulumi runs";
  display.write(`${cli} with offline stand-ins for its plugins: ${offline.join(", ")}.\n`);
}

async function prepareHandUse(
  engine: Engine,
  pulumi: string,
  directories: readonly string[],
  settings: Readonly<Record<string, string>>,
  { env, display }: { env: NodeJS.ProcessEnv; display: Display },
): Promise<void> {
  if (directories.length === 0) return;
  const exports = `export PATH="${directories.join(delimiter)}:$PATH"${Object.entries(settings)
    .map(([key, value]) => ` ${key}=${value}`)
    .join("")}`;
  if (engine.origin === "path") {
    if (!directories.every((directory) => (env["PATH"] ?? "").split(delimiter).includes(directory))) {
      display.write(`To type \`pulumi\` by hand in this project, first: ${exports}\n`);
    }
    return;
  }
  const wrapper = await installWrapper(
    {
      pulumi,
      directories,
      offline: "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" in settings,
      checkout,
      passphraseFile: join(checkout, "dev", "dev.passphrase"),
      stack: "dev",
      settings: join(cacheDirectory(env), "checkouts"),
    },
    env,
  );
  if (wrapper === undefined) display.write(`To type \`pulumi\` by hand, first: ${exports}\n`);
  else if (wrapper.changed) display.write(`\`pulumi\` typed by hand is now ${wrapper.path}.\n`);
}
