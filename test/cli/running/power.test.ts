import { describe, expect, test } from "vitest";
import { partsOf } from "../../../cli/running/parts";
import { ownWorkloads, power, type Verb } from "../../../cli/running/power";
import { findTargets } from "../../../cli/running/targets";
import { FakeOperations, twoHosts } from "./scene";

async function run(
  verb: Verb,
  names: readonly string[],
  operations: FakeOperations,
  signal = NEVER,
  onProgress: (text: string) => void = () => {},
) {
  const said: string[] = [];
  const targets = ownWorkloads(findTargets(names, partsOf(twoHosts()), {}));
  const tell = (text: string, isDone: boolean) => (isDone ? said.push(text) : onProgress(text));
  await power(verb, targets, operations, { signal, tell, seconds: 0.2 });
  return said;
}

const NEVER = new AbortController().signal;

describe("starting and stopping", () => {
  test("stops callers first, and starts them last", async () => {
    const operations = new FakeOperations();
    await run("stop", ["KMD", "LTC", "iguana", "BEER"], operations);
    await run("start", ["KMD", "LTC", "iguana", "BEER"], operations);
    const order = ["east-iguana", "east-beer", "east-kmd", "east-ltc"];
    expect(operations.told).toEqual([
      ...order.map((name) => `stop ${name}`),
      ...[...order].reverse().map((name) => `start ${name}`),
    ]);
  });

  test("says how each ended", async () => {
    expect(await run("stop", ["BEER"], new FakeOperations())).toEqual([
      "BEER: ended with exit code 0 after 1 s",
    ]);
    expect(await run("restart", ["BEER"], new FakeOperations())).toEqual([
      "BEER: ended with exit code 0 after 2 s; takes calls after 0 s",
    ]);
  });

  test("restarts the next one only when the last takes calls, and names what was left", async () => {
    const operations = new FakeOperations();
    operations.silent.add("east-beer");
    await expect(run("restart", ["BEER", "KMD", "LTC"], operations)).rejects.toThrow(
      "BEER: it was started, and takes no calls after 0.2 s; `dokomodo doctor BEER` says why. Left as they were: KMD, LTC.",
    );
    expect(operations.told).toEqual(["restart east-beer"]);
  });

  test("restarts a daemon that the disk guard holds, and says so if it still holds it", async () => {
    const operations = new FakeOperations();
    const text = "entrypoint: The disk guard holds the daemon: 9 MiB are free. Make room there.";
    operations.logLines = { "east-beer": [{ text }] };
    operations.silent.add("east-beer");
    await expect(run("start", ["BEER"], operations)).rejects.toThrow(
      "BEER: The disk guard holds the daemon: 9 MiB are free. Make room there.",
    );
    expect(operations.told).toEqual(["restart east-beer"]);
  });

  test("does not take what the disk guard said before a start for what it says now", async () => {
    const operations = new FakeOperations();
    const text = "entrypoint: The disk guard holds the daemon: 9 MiB are free. Make room there.";
    operations.logLines = { "east-beer": [{ text, at: new Date("2025-12-01T00:00:00Z") }] };
    expect(await run("start", ["BEER"], operations)).toEqual(["BEER: takes calls after 0 s"]);
    expect(operations.told).toEqual(["start east-beer"]);
  });

  test("waits for a daemon's turn after a boot, says so, and does not count it", async () => {
    const operations = new FakeOperations();
    operations.logLines = { "east-beer": [{ text: "entrypoint: The daemon waits for its turn, because …" }] };
    operations.silent.add("east-beer");
    const progress: string[] = [];
    const said = await run("start", ["BEER"], operations, NEVER, (text) => {
      progress.push(text);
      // The third look is after the 0.2 s that a start may take here.
      if (progress.length === 3) operations.silent.clear();
    });
    expect(progress[1]).toBe("BEER: waits for its turn after a boot, 0 s");
    expect(said).toEqual(["BEER: takes calls after 1 s"]);
    expect(operations.told).toEqual(["start east-beer"]);
  });

  test("tells no further daemon to end after Ctrl-C", async () => {
    const operations = new FakeOperations();
    const interrupted = new AbortController();
    operations.onTold = () => interrupted.abort();
    await expect(run("stop", ["BEER", "KMD"], operations, interrupted.signal)).rejects.toThrow(
      "KMD: interrupted. A daemon that was told to end goes on ending. Run `dokomodo status` to see what runs.",
    );
    expect(operations.told).toEqual(["stop east-beer"]);
  });

  test("takes Iguana's agent with Iguana, and not alone", async () => {
    const operations = new FakeOperations();
    await run("stop", ["iguana", "agent"], operations);
    expect(operations.told).toEqual(["stop east-iguana"]);
    await expect(run("stop", ["agent"], operations)).rejects.toThrow(
      "agent (of east-iguana): a container of another's workload is not started or stopped by itself; name the workload",
    );
  });
});
