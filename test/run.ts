import { join } from "node:path";
import { prepareDocker } from "../setup/docker";
import { prepareEngine } from "../setup/engine";
import { prepareImages } from "../setup/images";
import { prepareCluster } from "./testbed/cluster/prepare";
import { statedCluster } from "./testbed/cluster/tested";
import { preparePackages } from "./testbed/hosts/packages";

/** What a project of vitest.config.mts needs beside the npm packages. */
const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  engine: () => prepareEngine({ byHand: false }),
  containers: async () => {
    await prepareEngine({ byHand: false });
    await prepareDocker();
    await prepareImages();
  },
  hosts: async () => {
    await prepareEngine({ byHand: false });
    await preparePackages();
    await prepareDocker();
    await prepareImages();
  },
  kubernetes: async () => {
    await prepareEngine({ byHand: false });
    if (statedCluster() === undefined) await prepareCluster();
  },
};

/**
 * Runs the tests whose parts can be had. Elsewhere than in CI, those whose parts cannot are skipped and named; in CI a
 * missing part is a failure, for nothing may pass because it was not there.
 */
async function main(): Promise<void> {
  const projects = ["unit"];
  const skipped: string[] = [];
  for (const [project, prepare] of Object.entries(PARTS)) {
    try {
      await prepare();
      projects.push(project);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (process.env["CI"]) throw new Error(`The tests of test/${project} cannot run: ${reason}`);
      skipped.push(`SKIPPED: test/${project}. ${reason}`);
    }
  }
  const { execa } = await import("execa");
  const chosen = projects.flatMap((project) => ["--project", project]);
  const vitest = join(__dirname, "..", "node_modules", ".bin", "vitest");
  const { exitCode } = await execa(vitest, ["run", ...chosen, ...process.argv.slice(2)], {
    cwd: join(__dirname, ".."),
    stdio: "inherit",
    reject: false,
  });
  for (const line of skipped) process.stdout.write(`${line}\n`);
  process.exitCode = exitCode ?? 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
