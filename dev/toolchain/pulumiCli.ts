import { chmod, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Display, step } from "../progress";
import { cacheDirectory, exists, installOnce } from "./cache";
import { downloadPatience, downloadServer, isDownloadServerReachable } from "./downloadServer";
import { findOnPath } from "./executables";

/**
 * Pulumi's CLI, wherever set-up has to fetch or build it. dev/toolchain/pulumi/go.mod names the same version. Later
 * ones are not needed: the protocol to the SDK (@pulumi/pulumi in package.json) is stable within version 3.
 */
export const pulumiVersion = "3.250.0";

export interface Engine {
  /** Where `pulumi` is. */
  readonly directory: string;
  /** `path`: the user's own. `official`: downloaded by set-up. `built`: built by set-up from its Go module. */
  readonly origin: "path" | "official" | "built";
}

export interface EngineSearch {
  readonly env?: NodeJS.ProcessEnv;
  readonly server?: string;
  readonly display?: Display;
}

const moduleDirectory = join(__dirname, "pulumi");
const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

/** The user's Pulumi, or one in the cache, or Pulumi's own download, or a build of it; the first that there is. */
export async function findEngine(search: EngineSearch = {}): Promise<Engine> {
  const { env = process.env, server = downloadServer, display = process.stderr } = search;
  const onPath = await findOnPath("pulumi", env);
  if (onPath !== undefined) return { directory: dirname(onPath), origin: "path" };

  const cache = cacheDirectory(env);
  const official = join(cache, `pulumi-${pulumiVersion}`);
  const built = join(cache, `pulumi-${pulumiVersion}-built`);
  if (await exists(official)) return { directory: join(official, "bin"), origin: "official" };
  if (await exists(built)) return { directory: built, origin: "built" };

  if (await isDownloadServerReachable(cache, server)) {
    const installed = await installOfficial(official, server, env, display).catch(() => undefined);
    if (installed !== undefined) return { directory: join(installed, "bin"), origin: "official" };
    display.write("Pulumi's download did not succeed; its CLI is built from source instead.\n");
  } else {
    display.write(`Pulumi's download server, ${server}, does not answer; its CLI is built from source.\n`);
  }
  await requireGo(env);
  return { directory: await build(built, env, display), origin: "built" };
}

/** Runs Pulumi's own installation script, with the arguments that its Automation API gives it (automation/cmd.ts). */
function installOfficial(
  target: string,
  server: string,
  env: NodeJS.ProcessEnv,
  display: Display,
): Promise<string> {
  return step(
    `Downloading Pulumi ${pulumiVersion}`,
    (log) =>
      installOnce(target, async (directory) => {
        const response = await fetch(`${server}/install.sh`, { signal: AbortSignal.timeout(30_000) });
        if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
        const script = join(directory, "install.sh");
        await writeFile(script, await response.text());
        await chmod(script, 0o700);
        const where = ["--install-root", directory, "--version", pulumiVersion];
        await log.run("sh", [script, "--no-edit-path", ...where], {
          env: defined(env),
          timeout: downloadPatience,
        });
      }),
    { display },
  );
}

/**
 * The SDK refuses a CLI whose version it cannot read, and the CLI has its version from the linker only. `-trimpath`
 * makes the result the same wherever it is built.
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

/** From 1.21 on, Go fetches the release that go.mod asks for by itself (https://go.dev/doc/toolchain). */
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
    `Pulumi's CLI has to be built from source and ${found}. Install Go 1.21 or later (https://go.dev/doc/install) ` +
      `and put its bin directory on PATH, or put Pulumi ${pulumiVersion} on PATH; then run this again.`,
  );
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
