import { describe, expect, test } from "vitest";
import { Unreachable } from "../../../runtime/restarter/engine";
import { type Containers, Recovery } from "../../../runtime/restarter/Recovery";

interface Seen {
  readonly error: string;
  /** Id of the container whose network it joins. */
  readonly joins?: string;
  readonly running?: boolean;
  /** Why the engine refuses to start it. */
  readonly refused?: string;
}

/** Seconds after which a start is tried, for these containers, in so many rounds of a second each. */
async function starts(containers: Readonly<Record<string, Seen>>, rounds = 1) {
  const tried: string[] = [];
  const lines: string[] = [];
  const stopped = new Set(Object.keys(containers).filter((id) => containers[id]?.running !== true));
  let seconds = 0;
  const engine: Containers = {
    ended: async () => [...stopped].map((Id) => ({ Id, Names: [`/${Id}`] })),
    inspect: async (id) => ({
      State: { Running: !stopped.has(id), Error: containers[id]?.error ?? "" },
      HostConfig: {
        NetworkMode: containers[id]?.joins === undefined ? "bridge" : `container:${containers[id]?.joins}`,
      },
    }),
    start: async (id) => {
      tried.push(`${id} ${seconds}`);
      const refused = containers[id]?.refused;
      if (refused !== undefined) throw new Error(refused);
      stopped.delete(id);
    },
  };
  const log = (line: string) => lines.push(line);
  const recovery = new Recovery({ engine, label: "label", now: () => seconds, log });
  for (; seconds < rounds; seconds += 1) await recovery.round();
  return { tried, lines };
}

const GIVEN_UP = "cannot join network of a non running container: pause";

describe("the restarter", () => {
  test("starts what the engine could not start, and not what a person stopped", async () => {
    const { tried, lines } = await starts({
      pause: { error: "", running: true },
      daemon: { error: GIVEN_UP, joins: "pause" },
      proxy: { error: "", joins: "pause" },
    });
    expect(tried).toEqual(["daemon 0"]);
    expect(lines).toEqual([`daemon: started again; Docker had given it up: ${GIVEN_UP}`]);
  });

  test("leaves alone what joins a pause that a person stopped", async () => {
    const { tried } = await starts({ pause: { error: "" }, daemon: { error: GIVEN_UP, joins: "pause" } }, 5);
    expect(tried).toEqual([]);
  });

  test("starts the others where one cannot start, and tries that one more and more seldom", async () => {
    const { tried, lines } = await starts(
      {
        taken: { error: "port is already allocated", refused: "port is already allocated" },
        pause: { error: "", running: true },
        daemon: { error: GIVEN_UP, joins: "pause" },
      },
      100,
    );
    expect(tried).toEqual([
      "taken 0",
      "daemon 0",
      ...[1, 3, 7, 15, 31, 61, 91].map((seconds) => `taken ${seconds}`),
    ]);
    expect(lines.filter((line) => line.startsWith("taken"))).toEqual([
      "taken: could not be started, and will be tried again: port is already allocated",
    ]);
  });

  test("tells that its engine cannot be reached", async () => {
    const gone = () => Promise.reject(new Unreachable("the Docker Engine: connect ECONNREFUSED"));
    const engine = { ended: gone, inspect: gone, start: gone };
    const recovery = new Recovery({ engine, label: "label", now: () => 0, log: () => {} });
    await expect(recovery.round()).rejects.toThrow("ECONNREFUSED");
  });
});
