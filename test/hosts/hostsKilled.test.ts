import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { imageName } from "../../dev/images/images";
import { startRun } from "../../dev/scenes/killedRun";
import { isRunning } from "../../dev/standIns/hosts/daemon";
import { leftoversOf } from "../../dev/standIns/hosts/leftovers";
import { namespacesOf } from "../../dev/standIns/hosts/network";
import { poolOf } from "../../dev/standIns/hosts/pool";
import { processesOf } from "../../dev/standIns/hosts/processes";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";

const POOL = 91;
const NODE = imageName("node");

describe("test hosts of a run that was killed", () => {
  const pool = poolOf(POOL);

  test("are removed by the next start", async () => {
    const code = `
      const { TestHosts } = require("./dev/standIns/hosts/TestHosts");
      TestHosts.start(["one", "two"], { pool: ${POOL} }).then(async (hosts) => {
        await hosts.docker("one", "run", "--detach", "--restart", "always", "${NODE}", "sleep", "3600");
        process.stdout.write("up");
        setInterval(() => {}, 1000);
      });`;
    const run = await startRun(code);
    const left = await processesOf(pool);
    run.kill();
    // This kills the engines and SSH servers, but not the containers.
    for (const pid of left) if (await isDaemon(pid)) process.kill(pid, "SIGKILL");
    const containers = left.filter(isRunning);
    expect(containers.length).toBeGreaterThan(0);

    const hosts = await TestHosts.start(["one"], { pool: POOL });
    try {
      expect(containers.filter(isRunning)).toEqual([]);
      expect(await hosts.docker("one", "ps", "--all", "--quiet")).toBe("");
      expect((await namespacesOf(pool)).sort()).toEqual([pool.prefix, `${pool.prefix}-one`]);
    } finally {
      await hosts.stop();
    }
    expect(await leftoversOf(POOL)).toEqual([]);
  });

  async function isDaemon(pid: number): Promise<boolean> {
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    return ["dockerd", "sshd"].includes(name.trim());
  }
});
