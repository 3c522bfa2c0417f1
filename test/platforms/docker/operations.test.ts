import type Docker from "dockerode";
import { describe, expect, test } from "vitest";
import { NO_MEMORY } from "../../../notary/memory";
import type { NetworkPlan } from "../../../notary/networkPlan";
import { DockerOperations } from "../../../platforms/docker/operations/DockerOperations";
import { plannedContainers } from "../../../platforms/docker/operations/planned";
import { seenContainers } from "../../../platforms/docker/operations/seen";
import { FakeEngine } from "./fakeEngine";

const network: NetworkPlan = {
  name: "east",
  owner: "notary east",
  workloads: [
    { name: "east-iguana", what: "", host: "fake", sidecars: ["agent"], memory: NO_MEMORY, published: [] },
    { name: "east-beer", what: "", host: "beta", sidecars: [], memory: NO_MEMORY, published: [] },
  ],
  hosts: ["beta", "fake"],
  link: { port: 7443, remedy: "" },
  calledByWorkloads: [],
  calledFromElsewhere: [],
};

const NEVER = "0001-01-01T00:00:00Z";
const STARTED = "2026-11-29T04:00:00.5Z";
const ENDED = "2026-11-29T04:10:00Z";

type State = Docker.ContainerInspectInfo["State"];

/** What the engine says of a container. Only what is looked at is stated. */
function inspected(id: string, state: Partial<State>, joins?: string): Docker.ContainerInspectInfo {
  const State = {
    Status: "exited",
    Running: false,
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    ExitCode: 0,
    Error: "",
    StartedAt: STARTED,
    FinishedAt: ENDED,
    ...state,
  };
  const HostConfig = { NetworkMode: joins === undefined ? "bridge" : `container:${joins}`, Memory: 2 ** 30 };
  return JSON.parse(
    JSON.stringify({ Id: id, State, RestartCount: 2, HostConfig, Config: { Image: "komodod:1" } }),
  );
}

const RUNNING: Partial<State> = { Status: "running", Running: true, FinishedAt: NEVER };
const planned = (name: string) => {
  const found = plannedContainers([network], "fake").find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is not planned`);
  return found;
};

/** What is seen of Iguana's container beside a pause and a restarter in these states. */
function seen(state: Partial<State>, pause: Partial<State> = RUNNING, restarter: Partial<State> = RUNNING) {
  return seenContainers([
    { planned: planned("east-restarter"), inspected: inspected("r", restarter) },
    { planned: planned("east-iguana-pause"), inspected: inspected("p", pause) },
    { planned: planned("east-iguana"), inspected: inspected("i", state, "p") },
  ]).at(-1);
}

describe("the containers of a plan", () => {
  test("are those of the host, each with its part", () => {
    expect(plannedContainers([network], "fake").map(({ name, role, part }) => [name, role, part])).toEqual([
      ["east-iguana", undefined, "first"],
      ["east-iguana-agent", "agent", "sidecar"],
      ["east-iguana-proxy", "proxy", "sidecar"],
      ["east-iguana-pause", "pause", "pause"],
      ["east-gateway", undefined, "first"],
      ["east-restarter", undefined, "restarter"],
    ]);
    expect(plannedContainers([network], "gamma")).toEqual([]);
  });
});

describe("what is seen of a container", () => {
  const GIVEN_UP = "cannot join network of a non running container: p";

  test.each<[string, ReturnType<typeof seen>, object]>([
    ["one that runs", seen(RUNNING), { state: "running", lastExit: undefined }],
    [
      "one that runs again, whose last end the engine has forgotten",
      seen({ ...RUNNING, FinishedAt: ENDED }),
      { state: "running", restarts: 2, lastExit: undefined },
    ],
    [
      "one that the engine starts again",
      seen({ Status: "restarting", Running: true, Restarting: true, ExitCode: 3 }),
      { state: "starting", why: "it ended with 3, and Docker starts it again", lastExit: { code: 3 } },
    ],
    [
      "one that the engine gave up and the restarter starts",
      seen({ Error: GIVEN_UP }),
      { state: "starting", why: GIVEN_UP },
    ],
    [
      "one that the engine gave up, while its pause is stopped",
      seen({ Error: GIVEN_UP }, {}),
      { state: "stopped", why: GIVEN_UP },
    ],
    [
      "one that the engine gave up, without a restarter",
      seen({ Error: GIVEN_UP }, RUNNING, {}),
      { state: "stopped", why: GIVEN_UP },
    ],
    [
      "one that was stopped after it had taken too much memory",
      seen({ ExitCode: 137, OOMKilled: true }),
      {
        state: "stopped",
        why: "somebody stopped it",
        lastExit: { code: 137, at: new Date(ENDED), outOfMemory: true },
      },
    ],
    [
      "one that was never started",
      seen({ Status: "created", StartedAt: NEVER, FinishedAt: NEVER }),
      { state: "stopped", why: "it was made and never started", startedAt: undefined, lastExit: undefined },
    ],
    [
      "one that is frozen",
      seen({ ...RUNNING, Status: "paused", Paused: true }),
      { state: "stopped", why: "it is frozen (docker pause)" },
    ],
    ["its image and its memory", seen(RUNNING), { image: "komodod:1", memoryBytes: 2 ** 30 }],
  ])("is right for %s", (_, container, expected) => {
    expect(container).toMatchObject(expected);
  });
});

describe("a host's answers", () => {
  const args = { stackName: "after", networks: [network], firstName: async () => "before" };

  test("that are those of an engine too old for a stack are its problem", async () => {
    await using fake = await FakeEngine.start(({ url }, response) => {
      response.end(
        url?.includes("version") === true ? '{"Version":"18.09","ApiVersion":"1.39"}' : JSON.stringify([]),
      );
    });
    const operations = new DockerOperations([fake.endpoint], args);
    const { hosts, containers } = await operations.look();
    expect(containers).toEqual([]);
    expect(hosts).toEqual([
      {
        name: "fake",
        problem: expect.stringMatching(
          /^host fake \(unix:\S+\): its Docker Engine is too old: it speaks API 1\.39/,
        ),
      },
    ]);
    operations.close();
  });

  test("about a container of another stack are not asked for twice, and an unknown name is told", async () => {
    await using fake = await FakeEngine.start((_, response) => {
      response.end(
        JSON.stringify([
          {
            Id: "1",
            Names: ["/east-iguana"],
            State: "running",
            Labels: { "dokomodo.stack": "before", "dokomodo.network": "east" },
          },
        ]),
      );
    });
    const operations = new DockerOperations([fake.endpoint], {
      ...args,
      firstName: () => Promise.reject(new Error("no login")),
    });
    const look = operations.start({ host: "fake", workload: "east-iguana" });
    await expect(look).rejects.toThrow(
      /^host fake \(unix:\S+\): its container east-iguana is of a stack before, and nobody knows .*: no login$/,
    );
    operations.close();
  });

  test("that come slowly, one after the other, are waited for as long as each comes in time", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `east-chain-${index}`);
    const workloads = names.map((name) => ({
      name,
      what: "",
      host: "fake",
      sidecars: [],
      memory: NO_MEMORY,
      published: [],
    }));
    const labels = { "dokomodo.stack": "after", "dokomodo.network": "east" };
    const listed = names.map((name) => ({ Id: name, Names: [`/${name}`], State: "running", Labels: labels }));
    await using fake = await FakeEngine.start(({ url = "" }, response) => {
      const { pathname } = new URL(url, "http://docker");
      if (pathname === "/version") response.end('{"Version":"28.5.2","ApiVersion":"1.51"}');
      else if (pathname === "/containers/json") response.end(JSON.stringify(listed));
      else setTimeout(() => response.end(JSON.stringify(inspected(pathname, RUNNING))), 250);
    });
    const operations = new DockerOperations([fake.endpoint], {
      ...args,
      networks: [{ ...network, hosts: ["fake"], workloads }],
    });
    const { hosts, containers } = await operations.look();
    // Fifty of them take more than the 2 s that one may take.
    expect(hosts).toEqual([{ name: "fake", version: "Docker 28.5.2" }]);
    expect(containers.map(({ name }) => name)).toEqual(names);
    operations.close();
  });

  test("that nobody gives are told with what to do", async () => {
    const endpoint = { name: "gone", docker: "unix:///nowhere/docker.sock", ssh: {} };
    const operations = new DockerOperations([endpoint], args);
    expect((await operations.look()).hosts).toEqual([
      {
        name: "gone",
        problem: expect.stringMatching(/^host gone \(unix:\S+\): .*there is no socket .* Start Docker/),
      },
    ]);
    await expect(operations.stop({ host: "gone", workload: "east-iguana" }, {})).rejects.toThrow(
      /host gone \(unix:\S+\): .*there is no socket/,
    );
    operations.close();
  });
});
