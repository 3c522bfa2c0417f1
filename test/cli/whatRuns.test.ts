import { expect, test } from "vitest";
import { whatRuns } from "../../cli/rollOut/running";
import { listensCommand } from "../../platforms/listening";
import type { Operations, SeenContainer } from "../../platforms/operations";

const NEW = "komodod:2";

/** Operations on two hosts, of which one is down. On the other one `east-deaf` listens on no port. */
function operations(containers: readonly SeenContainer[]): Operations {
  const refuse = () => Promise.reject(new Error("nothing but a look is wanted here"));
  return {
    look: async () => ({
      hosts: [{ name: "alpha" }, { name: "beta", problem: "host beta (ssh://beta): no answer in 8 s." }],
      containers,
    }),
    exec: async ({ host, workload }, command) => {
      expect([host, command]).toEqual(["alpha", listensCommand(7771)]);
      return workload === "east-deaf" ? 1 : 0;
    },
    logs: refuse,
    stop: refuse,
    start: refuse,
    restart: refuse,
    close: () => {},
  };
}

function container(workload: string, changes: Partial<SeenContainer> = {}): SeenContainer {
  return { host: "alpha", workload, name: workload, state: "running", restarts: 0, image: NEW, ...changes };
}

test("tells of each workload which image it runs, and whether it takes calls", async () => {
  const uses = ["new", "old", "deaf", "ended", "gone"].map((name) => {
    return { workload: `east-${name}`, host: "alpha", image: NEW, port: 7771 };
  });
  const seen = [
    container("east-new"),
    container("east-new", { role: "proxy", image: "haproxy:1", state: "stopped" }),
    container("east-old", { image: "komodod:1" }),
    container("east-deaf"),
    container("east-ended", { state: "starting", why: "exited with 1", restarts: 4 }),
  ];
  const away = { workload: "east-away", host: "beta", image: NEW, port: 7771 };
  expect(await whatRuns([...uses, away], operations(seen))).toEqual([
    { line: "east-new (host alpha) runs komodod:2, and takes calls", hasImage: true, takesCalls: true },
    { line: "east-old (host alpha) runs komodod:1, and takes calls", hasImage: false, takesCalls: true },
    { line: "east-deaf (host alpha) runs komodod:2, and takes no calls", hasImage: true, takesCalls: false },
    {
      line: "east-ended (host alpha) does not run (exited with 1); its image is komodod:2",
      hasImage: true,
      takesCalls: false,
    },
    { line: "east-gone (host alpha) is not there", hasImage: false, takesCalls: false },
    { line: "east-away: host beta (ssh://beta): no answer in 8 s.", hasImage: false, takesCalls: false },
  ]);
});
