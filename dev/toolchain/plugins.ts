import { readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { type Display, step } from "../progress";
import { bundle } from "./bundle";
import { cacheDirectory } from "./cache";
import { downloadPatience, isDownloadServerReachable } from "./downloadServer";
import { findOnPath, isExecutable } from "./executables";
import type { Engine } from "./pulumiCli";

/** A resource plugin that one of the program's SDKs needs. */
export type ResourcePlugin = "docker" | "kubernetes" | "random" | "tls";

/** What a stack on Docker needs. */
export const usualPlugins: readonly ResourcePlugin[] = ["docker", "random", "tls"];

/** A program that stands in for an official plugin. */
export interface Substitute {
  /** Name of the plugin: a provider's, or `nodejs` for the language host. */
  readonly name: string;
  /** Path of the executable. The engine looks for its file name on the path. */
  readonly executable: string;
}

/** Installs the plugins that are missing, and returns substitutes for those that cannot be downloaded. */
export async function findSubstitutes(
  engine: Engine,
  env: NodeJS.ProcessEnv,
  display: Display,
  resourcePlugins: readonly ResourcePlugin[] = usualPlugins,
): Promise<Substitute[]> {
  const cache = cacheDirectory(env);
  const standIns = join("dev", "standIns");
  const [host, ...missing] = await Promise.all([
    hasLanguageHost(engine, env),
    ...resourcePlugins.map(async (name) => ((await isInstalled(name, env)) ? [] : [name])),
  ]);
  const names = await install(missing.flat(), engine, env, display);
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

/** The plugins that the project's stacks need, by their configs. Kubernetes' is prepared only where one uses it. */
export async function pluginsOfStacks(project: string): Promise<readonly ResourcePlugin[]> {
  const files = (await readdir(project)).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(project, name), "utf8")));
  return texts.some(isOnKubernetes) ? [...usualPlugins, "kubernetes"] : usualPlugins;
}

/** Whether the stack or one of its hosts is on a cluster. Pulumi itself reports a file that cannot be parsed. */
function isOnKubernetes(text: string): boolean {
  try {
    const { "dokomodo:platform": platform, "dokomodo:hosts": hosts } = Object(parse(text)?.config);
    const stated: readonly unknown[] = Array.isArray(hosts) ? hosts.map((host) => Object(host).platform) : [];
    return [platform, ...stated].includes("kubernetes");
  } catch {
    return false;
  }
}

/** Pulumi's own installation has the language host beside the CLI. */
async function hasLanguageHost(engine: Engine, env: NodeJS.ProcessEnv): Promise<boolean> {
  const name = "pulumi-language-nodejs";
  const cli = await realpath(join(engine.directory, "pulumi"));
  return (await isExecutable(join(dirname(cli), name))) || (await findOnPath(name, env)) !== undefined;
}

async function isInstalled(name: ResourcePlugin, env: NodeJS.ProcessEnv): Promise<boolean> {
  const file = `pulumi-resource-${name}`;
  if ((await findOnPath(file, env)) !== undefined) return true;
  const home = env["PULUMI_HOME"] ?? join(env["HOME"] ?? "/", ".pulumi");
  return isExecutable(join(home, "plugins", `resource-${name}-v${await sdkVersion(name)}`, file));
}

/** Downloads plugins from Pulumi's server, and returns those that it could not download. */
async function install(
  names: readonly ResourcePlugin[],
  engine: Engine,
  env: NodeJS.ProcessEnv,
  display: Display,
): Promise<readonly ResourcePlugin[]> {
  if (names.length === 0 || !(await isDownloadServerReachable(cacheDirectory(env)))) return names;
  const failed: ResourcePlugin[] = [];
  for (const name of names) {
    const version = `v${await sdkVersion(name)}`;
    await step(
      `Downloading Pulumi's ${name} plugin ${version}`,
      (log) =>
        log.run(join(engine.directory, "pulumi"), ["plugin", "install", "resource", name, version], {
          timeout: downloadPatience,
        }),
      { display },
    ).catch(() => failed.push(name));
  }
  return failed;
}

/** Version of an SDK. It asks the engine for the plugin of the same version. */
async function sdkVersion(name: ResourcePlugin): Promise<string> {
  const manifest = join(__dirname, "..", "..", "node_modules", "@pulumi", name, "package.json");
  const { version }: { version: string } = JSON.parse(await readFile(manifest, "utf8"));
  return version;
}
