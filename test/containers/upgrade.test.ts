import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareDocker } from "../../setup/docker";
import { prepareImages } from "../../setup/images";
import { docker } from "../testbed/docker";
import { bringUpEarlier } from "../testbed/earlierStack";
import { callDaemon, DAEMONS, height, SYMBOLS, untilWhole, untilWholeAgain } from "../testbed/notary";
import type { TestStack } from "../testbed/stack";

const NOTARY = "elder";
const DAEMON_CONTAINERS = [...Object.values(DAEMONS).map(({ container }) => container), "iguana"];

describe("a stack that an earlier release brought up", () => {
  let stack: TestStack;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await bringUpEarlier("0ec2c7c", NOTARY, "127.0.0.11");
    await untilWhole(NOTARY, 120);
  });
  afterAll(() => stack?.destroy());

  it("is updated with the same volumes, passwords, authority and keys, and each daemon stops once at most", async () => {
    const address = await stack.address("BEER");
    for (const symbol of SYMBOLS)
      await callDaemon(NOTARY, symbol, "generatetoaddress", [5, await stack.address(symbol)]);
    const before = { secrets: await stack.secrets(), volumes: await volumes(), since: await engineTime() };
    await stack.up();
    await untilWholeAgain(NOTARY, address, 90);
    expect(await stack.secrets()).toEqual(before.secrets);
    expect(Object.keys(before.secrets).length).toBeGreaterThan(20);
    expect(await volumes()).toEqual(before.volumes);
    for (const symbol of SYMBOLS) expect(await height(NOTARY, symbol)).toBe(symbol === "BEER" ? 6 : 5);
    const ended = await deaths(before.since);
    expect(ended.filter((line) => !line.endsWith(" 0"))).toEqual([]);
    for (const daemon of DAEMON_CONTAINERS)
      expect(ended.filter((line) => line.startsWith(`${NOTARY}-${daemon} `)).length).toBeLessThanOrEqual(1);
    console.log(
      `an update of 0ec2c7c ends: ${ended
        .map((line) => line.split(" ")[0])
        .sort()
        .join(", ")}`,
    );
  });

  it("has nothing left to change afterwards", async () => {
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
    await stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });
});

async function volumes(): Promise<string[]> {
  return (await docker("volume", "ls", "--quiet", "--filter", `name=^${NOTARY}-`)).split("\n").sort();
}

async function engineTime(): Promise<string> {
  return docker("info", "--format", "{{.SystemTime}}");
}

/** `name exit-code` of every container of the notary that ended since then. */
async function deaths(since: string): Promise<string[]> {
  const format = "{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}";
  const span = ["--since", since, "--until", await engineTime(), "--filter", "event=die"];
  const events = await docker("events", ...span, "--format", format);
  return events.split("\n").filter((line) => line.startsWith(`${NOTARY}-`));
}
