import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareDocker } from "../../setup/docker";
import { prepareImages } from "../../setup/images";
import { docker, restarted, startTimes } from "../testbed/docker";
import { callDaemon, DAEMONS, height, iguanaHeight, untilWhole, untilWholeAgain } from "../testbed/notary";
import { TestStack } from "../testbed/stack";

const NOTARY = "west";
const PASSPHRASE = "canary phrase of the west";
const BLOCKS = 5;

describe("a notary whose containers die or stop", () => {
  let stack: TestStack;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NOTARY, PASSPHRASE, "127.0.0.4");
    await stack.up();
    await untilWhole(NOTARY, 120);
  });
  afterAll(() => stack.destroy());

  it.each([
    "west-beer",
    "west-beer-pause",
    "west-beer-proxy",
    "west-kmd",
    "west-kmd-pause",
    "west-ltc",
    "west-iguana",
    "west-iguana-agent",
    "west-iguana-pause",
    "west-iguana-proxy",
    "west-local-witness",
    "west-local-witness-pause",
    "west-gateway",
    "west-restarter",
  ])("is whole again within 60 s after %s was killed", async (container) => {
    const before = await startTimes(NOTARY);
    process.kill(Number(await docker("inspect", "--format", "{{.State.Pid}}", container)), "SIGKILL");
    await expect
      .poll(() => startTimes(NOTARY).then((after) => restarted(before, after)), { timeout: 30_000 })
      .toContain(container);
    const seconds = await untilWholeAgain(NOTARY, await stack.address("BEER"), 60);
    console.log(`whole ${seconds.toFixed(1)} s after ${container} came back`);
    await expect
      .poll(async () => Object.keys(await startTimes(NOTARY)).sort(), { timeout: 20_000 })
      .toEqual(Object.keys(before).sort());
  });

  it("starts what Docker gave up because its pause container was not there yet, and not what a person stopped", async () => {
    await docker("stop", "west-beer", "west-beer-proxy", "west-beer-pause");
    await expect(docker("start", "west-beer")).rejects.toThrow(/non running container/);
    await docker("start", "west-beer-pause");
    await expect
      .poll(() => docker("inspect", "--format", "{{.State.Status}}", "west-beer"), { timeout: 20_000 })
      .toBe("running");
    await sleep(3000);
    expect(await docker("inspect", "--format", "{{.State.Status}}", "west-beer-proxy")).toBe("exited");
    await docker("start", "west-beer-proxy");
    await untilWhole(NOTARY, 60);
  });

  it("brings Iguana up again after it was restarted by hand", async () => {
    await docker("restart", "west-iguana");
    await untilWholeAgain(NOTARY, await stack.address("BEER"), 60);
    expect(await iguanaHeight(NOTARY, "BEER")).toBe(await height(NOTARY, "BEER"));
  });

  it("stops a daemon under writes with exit code 0 when an update replaces it", async () => {
    const since = await engineTime();
    const writing = await mineWithoutPause();
    const { "dokomodo:daemons": daemons } = stack.config;
    const flags = ["-printtoconsole", "-maxconnections=20"];
    stack.writeConfig({
      "dokomodo:daemons": { ...Object(daemons), komodod: { ...Object(Object(daemons).komodod), flags } },
    });
    await stack.up();
    writing.stop();
    expect(await writing.calls).toBeGreaterThan(10);
    const ended = await deaths(since);
    expect(ended).toEqual(expect.arrayContaining(["west-beer 0", "west-kmd 0", "west-pizza 0"]));
    expect(ended.filter((line) => !line.endsWith(" 0"))).toEqual([]);
    await untilWhole(NOTARY, 60);
  });

  it("stops every daemon with exit code 0 when it is taken down under writes", async () => {
    const since = await engineTime();
    const writing = await mineWithoutPause();
    await stack.must("destroy", "--yes", "--skip-preview", "--stack", "test");
    writing.stop();
    expect(await writing.calls).toBeGreaterThan(10);
    const ended = await deaths(since);
    for (const { container } of Object.values(DAEMONS)) expect(ended).toContain(`west-${container} 0`);
    expect(ended.filter((line) => line.endsWith(" 137"))).toEqual([]);
  });

  /** Keeps BEER writing until it is told to stop; resolves when it has begun. `calls`: the blocks that it was asked for. */
  async function mineWithoutPause(): Promise<{ stop(): void; calls: Promise<number> }> {
    const address = await stack.address("BEER");
    // A few at a time: in regtest, litecoind mines no block beyond the 431st without a wallet of a newer kind (MWEB).
    const mine = () => callDaemon(NOTARY, "BEER", "generatetoaddress", [BLOCKS, address]);
    await expect.poll(() => mine().then(() => true, String), { timeout: 30_000 }).toBe(true);
    let running = true;
    const calls = (async () => {
      let count = 0;
      // While it restarts there is nobody to ask.
      while (running)
        count += await mine().then(
          () => BLOCKS,
          () => sleep(200, 0),
        );
      return count;
    })();
    return {
      stop: () => {
        running = false;
      },
      calls,
    };
  }
});

async function engineTime(): Promise<string> {
  return docker("info", "--format", "{{.SystemTime}}");
}

/** `name exit-code` of every container of the notary that ended since then. */
async function deaths(since: string): Promise<string[]> {
  const format = "{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}";
  const events = await docker(
    "events",
    "--since",
    since,
    "--until",
    await engineTime(),
    "--filter",
    "event=die",
    "--format",
    format,
  );
  return events.split("\n").filter((line) => line.startsWith(`${NOTARY}-`));
}
