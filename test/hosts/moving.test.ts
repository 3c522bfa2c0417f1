import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerAt } from "../../dev/scenes/docker";
import { mineFullBlocks } from "../../dev/scenes/fullBlocks";
import { callDaemon, height, untilWhole } from "../../dev/scenes/notary";
import { RunningCommand } from "../../dev/scenes/RunningCommand";
import { createSpanningStack, engineOf } from "../../dev/scenes/spanning";
import type { TestStack } from "../../dev/scenes/TestStack";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";

const NOTARY = "mover";
const BEER = `${NOTARY}-beer`;
const VOLUME = `${BEER}-data`;
/** Of real blocks; `npm run soak:move` takes 200. */
const MEBIBYTES = Number(process.env["DOKOMODO_MOVED_MEBIBYTES"] ?? "12");
const IS_SOAK = process.env["DOKOMODO_MOVED_MEBIBYTES"] !== undefined;
const MINUTES = 60_000;

describe("a chain with its data", () => {
  const placement: Record<string, string> = { KMD: "alpha", LTC: "alpha", BEER: "alpha", PIZZA: "beta" };
  let hosts: TestHosts;
  let stack: TestStack;
  let known = 0;
  let best: unknown;
  const at = (container: string) => engineOf(NOTARY, hosts, () => placement)(container);

  beforeAll(async () => {
    hosts = await TestHosts.start(["alpha", "beta"], { pool: 14 });
    stack = await createSpanningStack(NOTARY, hosts, placement);
    await stack.up();
    await untilWhole(NOTARY, 120, 4, 0, at);
    known = await mineFullBlocks(NOTARY, "BEER", await stack.address("BEER"), MEBIBYTES, at);
    best = await callDaemon(NOTARY, "BEER", "getbestblockhash", [], at);
    await untilWhole(NOTARY, 60, 4, known, at);
  }, 20 * MINUTES);
  afterAll(async () => {
    stack?.forget();
    await hosts?.stop();
  });

  test("stays on its host, and runs, when the program is killed while it copies", async () => {
    const move = startMove("BEER", "beta");
    await untilContainer("alpha");
    await move.kill();
    expect(await height(NOTARY, "BEER", at)).toBe(known);
  });

  test("stays on its host, and runs, when a side of the copy is killed", async () => {
    // What the killed program began goes on until this pass is done.
    await expect.poll(() => sidesThatRun("alpha"), { timeout: 2 * MINUTES }).toBe("");
    // A copy of a few blocks may be over before the kill on a busy machine.
    await inVolume("alpha", "head -c 300M /dev/urandom >/data/filler");
    const move = startMove("BEER", "beta");
    await untilContainer("alpha");
    await dockerAt(hosts.host("alpha").socket, "kill", `${BEER}-move`);
    expect((await move.ended).exitCode).toBe(1);
    expect(await height(NOTARY, "BEER", at)).toBe(known);
    await inVolume("alpha", "rm /data/filler");
  });

  test("is stopped and whole on its host when the program is killed after the stop", async () => {
    const move = startMove("BEER", "beta");
    await move.until(/Ended with exit code 0/);
    await move.kill();
    expect(await stateOf("alpha", BEER)).toBe("exited");
    const config = JSON.stringify(stack.config["dokomodo:notaries"]);
    expect(config).toContain('"BEER":"alpha"');
  });

  // The long form measures how long a daemon that runs is stopped. The short one goes on with a daemon that is stopped.
  if (IS_SOAK)
    test("goes back by one command", async () => {
      const { exitCode } = await new RunningCommand(stack.command, ["start", "BEER"]).ended;
      expect(exitCode).toBe(0);
      await expectThere();
    });

  test("comes to its new host although the hosts are cut from each other for a while, with its height", async () => {
    const move = startMove("BEER", "beta", "--yes");
    await untilContainer("beta");
    await hosts.cut("beta");
    await sleep(3000);
    await hosts.mend("beta");
    const { exitCode, text } = await move.ended;
    report(text);
    expect(text).toMatch(/BEER was stopped for \d+\.\d s/);
    expect(exitCode).toBe(0);
    placement["BEER"] = "beta";
    await expectThere();
    expect(await volumesOf("alpha")).not.toContain(VOLUME);
  });

  test("does not go where there is data of its name, and runs on", async () => {
    await inVolume("alpha", "echo x >/data/wallet.dat");
    const { exitCode, text } = await startMove("BEER", "alpha", "--yes").ended;
    expect(text).toContain(`There is data in the volume ${VOLUME} of host alpha already (wallet.dat)`);
    expect(exitCode).toBe(1);
    await expectThere();
    await dockerAt(hosts.host("alpha").socket, "volume", "rm", VOLUME);
  });

  test("is finished by the same command when the program is killed after the config was changed", async () => {
    const move = startMove("BEER", "alpha", "--yes");
    await move.until(/`pulumi up` follows/);
    await move.kill();
    placement["BEER"] = "alpha";
    let text = "";
    // Pulumi may still work on what the killed program began.
    await expect
      .poll(
        async () => {
          const outcome = await startMove("BEER", "alpha").ended;
          text = outcome.text;
          return outcome.exitCode;
        },
        { timeout: 2 * MINUTES, interval: 3000 },
      )
      .toBe(0);
    expect(text).toContain("The config says host alpha already");
    expect(text).toContain(`docker volume rm ${VOLUME} on host beta`);
    await expectThere();
  });

  test.each(IS_SOAK ? ["beta", "alpha"] : ["beta"])(
    "the notary's Iguana moves to %s, and there are never two",
    async (to) => {
      const seen: string[][] = [];
      const watch = setInterval(async () => {
        const running = await Promise.all(
          ["alpha", "beta"].map(async (host) => {
            const filter = ["--filter", `name=^${NOTARY}-iguana$`, "--filter", "status=running"];
            const text = await dockerAt(hosts.host(host).socket, "ps", "--quiet", ...filter).catch(() => "");
            return text === "" ? [] : [host];
          }),
        );
        seen.push(running.flat());
      }, 500);
      const { exitCode, text } = await startMove(NOTARY, to, "--yes").ended;
      clearInterval(watch);
      expect(text).toMatch(/There was none for \d+\.\d s/);
      expect(exitCode).toBe(0);
      expect(Math.max(...seen.map(({ length }) => length))).toBe(1);
      report(text);
    },
  );

  async function expectThere(): Promise<void> {
    await expect.poll(() => height(NOTARY, "BEER", at).catch(String), { timeout: 60_000 }).toBe(known);
    expect(await callDaemon(NOTARY, "BEER", "getbestblockhash", [], at)).toBe(best);
  }

  /** Runs a script with the chain's volume of a host, which is made if it is not there, in /data. */
  async function inVolume(host: string, script: string): Promise<void> {
    const { socket } = hosts.host(host);
    const image = await dockerAt(socket, "inspect", "--format", "{{.Config.Image}}", `${NOTARY}-restarter`);
    const mount = ["--rm", "--volume", `${VOLUME}:/data`, "--user", "0", "--entrypoint", "sh"];
    await dockerAt(socket, "run", ...mount, image, "-c", script);
  }

  async function stateOf(host: string, container: string): Promise<string> {
    return dockerAt(hosts.host(host).socket, "inspect", "--format", "{{.State.Status}}", container);
  }

  async function volumesOf(host: string): Promise<string[]> {
    return (await dockerAt(hosts.host(host).socket, "volume", "ls", "--quiet")).split("\n");
  }

  /** Waits until a side of a copy runs on a host. */
  async function untilContainer(host: string): Promise<void> {
    await expect.poll(() => sidesThatRun(host), { timeout: MINUTES, interval: 50 }).not.toBe("");
  }

  function sidesThatRun(host: string): Promise<string> {
    const running = ["ps", "--quiet", "--filter", `name=^${BEER}-move$`, "--filter", "status=running"];
    return dockerAt(hosts.host(host).socket, ...running);
  }

  /** Runs `dokomodo move` as an operator does. */
  function startMove(what: string, to: string, ...further: readonly string[]): RunningCommand {
    const withData = what === NOTARY ? [] : ["--with-data"];
    return new RunningCommand(stack.command, ["move", what, "--to", to, ...withData, ...further]);
  }
});

/** Prints the figures of a long form. */
function report(text: string): void {
  const lines = text.split("\n").filter((line) => /^(BEER|mover): /.test(line));
  if (IS_SOAK) process.stdout.write(`${lines.join("\n")}\n`);
}
