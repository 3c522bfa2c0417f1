import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Display, step } from "../progress";
import { cacheDirectory, exists, installOnce } from "./cache";
import { downloadPatience, downloadServer, isDownloadServerReachable } from "./downloadServer";
import { findOnPath } from "./executables";

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
  await requireGo(env);
  return { directory: await build(built, env, display), origin: "built" };
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

/**
 * The SDK refuses a CLI whose version it cannot read, and only the linker gives the CLI its version. With `-trimpath`
 * the result is the same wherever it is built.
 */
function build(target: string, env: NodeJS.ProcessEnv, display: Display): Promise<string> {
  const version = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`;
  return step(
    `Building Pulumi ${pulumiVersion} from its Go module, once (some minutes)`,
    (log) =>
      installOnce(target, async (directory) => {
        const output = ["-o", join(directory, "pulumi")];
        const flags = ["-trimpath", "-ldflags", `-s -w ${version}`];
        await log.run("go", ["build", ...flags, ...output, cliPackage], {
          cwd: moduleDirectory,
          env: defined(env),
        });
      }),
    { display },
  );
}

/** Go 1.21 and later fetch the release that go.mod asks for (https://go.dev/doc/toolchain). */
async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  const { execa } = await import("execa");
  const { stdout, failed } = await execa("go", ["env", "GOVERSION"], {
    cwd: tmpdir(),
    env,
    extendEnv: false,
    reject: false,
  });
  const [, major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(stdout ?? "") ?? []).map(Number);
  if (!failed && (major > 1 || minor >= 21)) return;
  const found = failed ? "there is no `go` on the path" : `the \`go\` on the path is ${stdout}`;
  throw new Error(
    `Pulumi's CLI has to be built from source, but ${found}. Install Go 1.21 or later (https://go.dev/doc/install) ` +
      `and put its bin directory on PATH, or put Pulumi ${pulumiVersion} on PATH. Then run this again.`,
  );
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
