import { join } from "node:path";
import { messageOf } from "../../input/messageOf";
import { prepareImages } from "../images/images";
import { prepareCluster } from "../standIns/cluster/prepare";
import { statedCluster } from "../standIns/cluster/tested";
import { provideCurrentEngine } from "../standIns/hosts/currentEngine";
import { preparePackages } from "../standIns/hosts/packages";
import { prepareDocker } from "../toolchain/dockerEngine";
import { preparePulumi } from "../toolchain/pulumiEnvironment";

type Preparation = () => Promise<unknown>;

const engine = once(() => preparePulumi({ byHand: false }));
const docker = once(async () => {
  await prepareDocker();
  await prepareImages();
});

const CHECKOUT = join(__dirname, "..", "..");
const VITEST = join(CHECKOUT, "node_modules", ".bin", "vitest");

/**
 * The projects that need nothing but a processor. They run beside the others, which leave a tenth of it idle, and give way
 * to them. What they print is shown at the end.
 */
const QUICK = ["unit", "mocked"];

/** What each other project of vitest.config.mts needs in addition to the npm packages. */
const PARTS: Readonly<Record<string, readonly Preparation[]>> = {
  engine: [engine],
  containers: [engine, docker],
  hosts: [preparePackages, engine, docker],
  kubernetes: statedCluster() === undefined ? [engine, docker, prepareCluster] : [engine],
};

/**
 * Runs the tests. When a part that a project needs is missing, its tests fail in CI, because CI must not pass without running
 * them. Elsewhere they are skipped, and the reason is printed. All other tests run in both cases.
 */
async function main(): Promise<void> {
  const missing: Record<string, string> = {};
  for (const [project, parts] of Object.entries(PARTS)) {
    try {
      for (const prepare of parts) await prepare();
    } catch (error) {
      missing[project] = messageOf(error);
    }
  }
  // Only some tests of the project hosts need the current engine. They report by themselves when it is missing.
  if (missing["hosts"] === undefined) await provideCurrentEngine().catch(() => {});
  const projects = ["runtime", ...Object.keys(PARTS)].filter((project) => {
    return process.env["CI"] || missing[project] === undefined;
  });
  const exitCode = await runProjects(projects, { DOKOMODO_MISSING_PARTS: JSON.stringify(missing) });
  for (const [project, reason] of Object.entries(missing)) {
    process.stdout.write(`${process.env["CI"] ? "FAILED" : "SKIPPED"}: test/${project}. ${reason}\n`);
  }
  process.exitCode = exitCode;
}

/** Runs the quick projects and these, and returns the exit code. Arguments of this process select some of the tests. */
async function runProjects(projects: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { execa } = await import("execa");
  const options = { cwd: CHECKOUT, env, reject: false } as const;
  const run = ["run", ...process.argv.slice(2)];
  if (run.length > 1) {
    const args = [...run, ...selected([...QUICK, ...projects])];
    return (await execa(VITEST, args, { ...options, stdio: "inherit" })).exitCode ?? 1;
  }
  const quick = ["-n", "5", VITEST, ...run, ...selected(QUICK), ...reportTo("quick")];
  const beside = execa("nice", quick, { ...options, all: true });
  const others = await execa(VITEST, [...run, ...selected(projects), ...reportTo("others")], {
    ...options,
    stdio: "inherit",
  });
  const { all, exitCode = 1 } = await beside;
  process.stdout.write(`\n${all}\n`);
  return Math.max(others.exitCode ?? 1, exitCode);
}

function selected(projects: readonly string[]): string[] {
  return projects.flatMap((project) => ["--project", project]);
}

/** Reporters, one of which writes a file into the folder $DOKOMODO_TEST_REPORTS, if there is such a folder. */
function reportTo(name: string): string[] {
  const folder = process.env["DOKOMODO_TEST_REPORTS"];
  if (folder === undefined) return [];
  return ["--reporter=default", "--reporter=json", `--outputFile.json=${join(folder, `${name}.json`)}`];
}

/** Runs a preparation only once, even when several projects need it or when it fails. */
function once(work: Preparation): Preparation {
  let result: Promise<unknown> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
