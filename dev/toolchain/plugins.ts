import { readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { PLATFORMS, USUAL_PLATFORM } from "../../platforms";
import { type Display, step } from "../progress";
import { bundle } from "./bundle";
import { cacheDirectory } from "./cache";
import { downloadPatience, isDownloadServerReachable } from "./downloadServer";
import { findOnPath, isExecutable } from "./executables";
import type { PulumiCli } from "./pulumiCli";

/** Plugins that every stack needs. */
const ALWAYS = ["random", "tls"];

/** Plugins that a stack needs whose hosts are on the usual platform. */
export const usualPlugins = pluginsOf([USUAL_PLATFORM]);

/** A program that stands in for an official plugin. */
export interface Substitute {
  /** Name of the plugin: a provider's, or `nodejs` for the language host. */
  readonly name: string;
  /** Path of the executable. The engine looks for its file name on the path. */
  readonly executable: string;
}

/** Installs the plugins that are missing, and returns substitutes for those that cannot be downloaded. */
export async function findSubstitutes(
  cli: PulumiCli,
  env: NodeJS.ProcessEnv,
  display: Display,
  resourcePlugins: readonly string[] = usualPlugins,
): Promise<Substitute[]> {
  const cache = cacheDirectory(env);
  const standIns = join("dev", "standIns");
  const [host, ...missing] = await Promise.all([
    hasLanguageHost(cli, env),
    ...resourcePlugins.map(async (name) => ((await isInstalled(name, env)) ? [] : [name])),
  ]);
  const names = await install(missing.flat(), cli, env, display);
  const wanted = names.map((name) => ({
    name,
    file: `pulumi-resource-${name}`,
    main: join(standIns, "providers", name, "main.ts"),
  }));
  const language = {
    name: "nodejs",
    file: "pulumi-language-nodejs",
    main: join(standIns, "languageHost", "main.ts"),
  };
  return Promise.all(
    [...(host ? [] : [language]), ...wanted].map(async ({ name, file, main }) => ({
      name,
      executable: await bundle(main, file, cache),
    })),
  );
}

/** The plugins that the project's stacks need, by the platforms that their configs name. */
export async function pluginsOfStacks(project: string): Promise<readonly string[]> {
  const files = (await readdir(project)).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(project, name), "utf8")));
  return pluginsOf([USUAL_PLATFORM, ...texts.flatMap(platformsOf)]);
}

function pluginsOf(platforms: readonly unknown[]): readonly string[] {
  const own = PLATFORMS.filter(({ name }) => platforms.includes(name)).flatMap(({ plugins }) => plugins);
  return [...own, ...ALWAYS].sort();
}

/** The platforms that a stack and its hosts name. Pulumi itself reports a file that cannot be parsed. */
function platformsOf(text: string): unknown[] {
  try {
    const { "dokomodo:platform": platform, "dokomodo:hosts": hosts } = Object(parse(text)?.config);
    return [platform, ...(Array.isArray(hosts) ? hosts.map((host) => Object(host).platform) : [])];
  } catch {
    return [];
  }
}

/** Pulumi's own installation has the language host beside the CLI. */
async function hasLanguageHost(cli: PulumiCli, env: NodeJS.ProcessEnv): Promise<boolean> {
  const name = "pulumi-language-nodejs";
  const executable = await realpath(join(cli.directory, "pulumi"));
  return (await isExecutable(join(dirname(executable), name))) || (await findOnPath(name, env)) !== undefined;
}

async function isInstalled(name: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const file = `pulumi-resource-${name}`;
  if ((await findOnPath(file, env)) !== undefined) return true;
  return isExecutable(join(pluginFolder(env), `resource-${name}-v${await sdkVersion(name)}`, file));
}

/** Where the CLI keeps the plugins that it downloads (PULUMI_HOME, by default ~/.pulumi). */
export function pluginFolder(env: NodeJS.ProcessEnv): string {
  return join(env["PULUMI_HOME"] ?? join(env["HOME"] ?? "/", ".pulumi"), "plugins");
}

/** Downloads plugins from Pulumi's server, and returns those that it could not download. */
async function install(
  names: readonly string[],
  cli: PulumiCli,
  env: NodeJS.ProcessEnv,
  display: Display,
): Promise<readonly string[]> {
  if (names.length === 0 || !(await isDownloadServerReachable(cacheDirectory(env)))) return names;
  const failed: string[] = [];
  for (const name of names) {
    const version = `v${await sdkVersion(name)}`;
    await step(
      `Downloading Pulumi's ${name} plugin ${version}`,
      (log) =>
        log.run(join(cli.directory, "pulumi"), ["plugin", "install", "resource", name, version], {
          timeout: downloadPatience,
        }),
      { display },
    ).catch(() => failed.push(name));
  }
  return failed;
}

/** Version of an SDK. It asks the engine for the plugin of the same version. */
async function sdkVersion(name: string): Promise<string> {
  const manifest = join(__dirname, "..", "..", "node_modules", "@pulumi", name, "package.json");
  const { version }: { version: string } = JSON.parse(await readFile(manifest, "utf8"));
  return version;
}
