import { dirname, join } from "node:path";
import { type Display, step } from "../progress";
import { cacheDirectory, exists, installOnce } from "./cache";
import { downloadPatience, downloadServer, isDownloadServerReachable } from "./downloadServer";
import { findOnPath } from "./executables";
import { buildOnce } from "./go";

/**
 * The version of Pulumi's CLI that set-up downloads or builds. dev/toolchain/pulumi/go.mod names the same one. It need
 * not follow the SDK (@pulumi/pulumi in package.json), because their protocol is stable within version 3.
 */
export const pulumiVersion = "3.250.0";

export interface PulumiCli {
  /** The folder that `pulumi` is in. */
  readonly directory: string;
  /** `path` is the user's own. Set-up downloaded an `official` one, and built a `built` one from its Go module. */
  readonly origin: "path" | "official" | "built";
}

export interface PulumiSearch {
  readonly env?: NodeJS.ProcessEnv;
  /** The server that is asked whether a download is possible. */
  readonly server?: string;
  readonly display?: Display;
}

const downloadProgram = join(__dirname, "downloadPulumi.ts");
const moduleDirectory = join(__dirname, "pulumi");
const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

/**
 * The first that there is: the user's own Pulumi, one in the cache, Pulumi's download, a build from its Go module.
 *
 * `PulumiCommand.get` of the Automation API would also find a CLI on the path. It is not used here, because it does not
 * say where the CLI is, takes set-up's own wrapper for one, reads no other environment than the process's, and needs
 * half a second at every start.
 */
export async function findPulumi(search: PulumiSearch = {}): Promise<PulumiCli> {
  const { env = process.env, server = downloadServer, display = process.stderr } = search;
  const onPath = await findOnPath("pulumi", env);
  if (onPath !== undefined) return { directory: dirname(onPath), origin: "path" };

  const cache = cacheDirectory(env);
  const official = join(cache, `pulumi-${pulumiVersion}`);
  const built = join(cache, `pulumi-${pulumiVersion}-built`);
  if (await exists(official)) return { directory: join(official, "bin"), origin: "official" };
  if (await exists(built)) return { directory: built, origin: "built" };

  if (await isDownloadServerReachable(cache, server)) {
    const installed = await installOfficial(official, env, display).catch(() => undefined);
    if (installed !== undefined) return { directory: join(installed, "bin"), origin: "official" };
    display.write("Pulumi's download failed. Its CLI is built from source instead.\n");
  } else {
    display.write(`Pulumi's download server, ${server}, does not answer. Its CLI is built from source.\n`);
  }
  // The SDK refuses a CLI whose version it cannot read, and only the linker gives the CLI its version.
  const linkerFlags = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`;
  const directory = await buildOnce(
    {
      target: built,
      module: moduleDirectory,
      packages: [cliPackage],
      linkerFlags,
      title: `Building Pulumi ${pulumiVersion} from its Go module, once (some minutes)`,
      subject: "Pulumi's CLI",
      otherwise: `Or put Pulumi ${pulumiVersion} on PATH`,
    },
    { env, display },
  );
  return { directory, origin: "built" };
}

/**
 * Installs with the Automation API's `PulumiCommand`, which runs Pulumi's installation script and then asks the CLI for
 * its version. The signals of life, the time limit and the cache are set-up's own, because `PulumiCommand` has none.
 */
function installOfficial(target: string, env: NodeJS.ProcessEnv, display: Display): Promise<string> {
  return step(
    `Downloading Pulumi ${pulumiVersion}`,
    (log) =>
      installOnce(target, (directory) =>
        log.run(
          process.execPath,
          ["--require", "@swc-node/register", downloadProgram, directory, pulumiVersion],
          {
            cwd: __dirname,
            env: defined(env),
            timeout: downloadPatience,
          },
        ),
      ),
    { display },
  );
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
