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

/** What each project of vitest.config.mts needs in addition to the npm packages. */
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
  const projects = ["unit", "mocked", "runtime", ...Object.keys(PARTS)].filter((project) => {
    return process.env["CI"] || missing[project] === undefined;
  });
  const { execa } = await import("execa");
  const chosen = projects.flatMap((project) => ["--project", project]);
  const vitest = join(__dirname, "..", "..", "node_modules", ".bin", "vitest");
  const { exitCode } = await execa(vitest, ["run", ...chosen, ...process.argv.slice(2)], {
    cwd: join(__dirname, "..", ".."),
    env: { DOKOMODO_MISSING_PARTS: JSON.stringify(missing) },
    stdio: "inherit",
    reject: false,
  });
  for (const [project, reason] of Object.entries(missing)) {
    process.stdout.write(`${process.env["CI"] ? "FAILED" : "SKIPPED"}: test/${project}. ${reason}\n`);
  }
  process.exitCode = exitCode ?? 1;
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
