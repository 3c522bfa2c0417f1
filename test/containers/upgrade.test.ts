import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { Deaths } from "../../dev/scenes/Deaths";
import { docker } from "../../dev/scenes/docker";
import { bringUpEarlier } from "../../dev/scenes/earlierStack";
import { callDaemon, DAEMONS, height, SYMBOLS, untilWhole, untilWholeAgain } from "../../dev/scenes/notary";
import type { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

/** The release before this one. Its stacks are kept in dev/scenes/earlier. */
const RELEASE = "ee2c099";
const NOTARY = "elder";
const DAEMON_CONTAINERS = [...Object.values(DAEMONS).map(({ container }) => container), "iguana"];

describe("a stack that an earlier release brought up", () => {
  let stack: TestStack;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await bringUpEarlier(RELEASE, NOTARY, "127.0.0.11");
    await untilWhole(NOTARY, 120);
  });
  afterAll(() => stack?.remove());

  test("keeps its volumes, passwords, authority and keys in an update, and each daemon stops at most once", async () => {
    const address = await stack.address("BEER");
    for (const symbol of SYMBOLS)
      await callDaemon(NOTARY, symbol, "generatetoaddress", [5, await stack.address(symbol)]);
    const before = { secrets: await stack.secrets(), volumes: await volumes() };
    const deaths = await Deaths.watch(NOTARY);
    // The image brings the parameter files, which this release would fetch otherwise (CHANGELOG.md).
    stack.changeDaemon("komodod", { downloads: [] });
    await stack.up();
    await untilWholeAgain(NOTARY, address, 90);
    expect(await stack.secrets()).toEqual(before.secrets);
    expect(Object.keys(before.secrets)).toHaveLength(20);
    expect(await volumes()).toEqual(before.volumes);
    for (const symbol of SYMBOLS) expect(await height(NOTARY, symbol)).toBe(symbol === "BEER" ? 6 : 5);
    const ended = await deaths.end();
    // Each daemon ends by itself, and at most once.
    for (const daemon of DAEMON_CONTAINERS.map((container) => `${NOTARY}-${container}`))
      expect(["", `${daemon} 0`]).toContain(ended.filter((line) => line.startsWith(`${daemon} `)).join());
    console.log(
      `an update of ${RELEASE} ends: ${ended
        .map((line) => line.split(" ")[0])
        .sort()
        .join(", ")}`,
    );
  });

  test("has nothing left to change afterwards", async () => {
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
    await stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });
});

async function volumes(): Promise<string[]> {
  return (await docker("volume", "ls", "--quiet", "--filter", `name=^${NOTARY}-`)).split("\n").sort();
}
