import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { describe, expect, test, vi } from "vitest";
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
type HealthLog = NonNullable<State["Health"]>["Log"];

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

/** Answers a ping as an engine of this version does, at this time. */
function pong(response: ServerResponse, version = "28.5.2", api = "1.51", at = new Date()): void {
  response.setHeader("Server", `Docker/${version} (linux)`);
  response.setHeader("Api-Version", api);
  response.setHeader("Date", at.toUTCString());
  response.end("OK");
}

const PING = "/_ping";

describe("a host's answers", () => {
  const args = { stackName: "after", networks: [network], firstName: async () => "before" };

  test("that are those of an engine too old for a stack are its problem", async () => {
    await using fake = await FakeEngine.start(({ url }, response) => {
      if (url === PING) pong(response, "18.09.9", "1.39");
      else response.end(JSON.stringify([]));
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
      if (pathname === PING) pong(response);
      else if (pathname === "/containers/json") response.end(JSON.stringify(listed));
      else setTimeout(() => response.end(JSON.stringify(inspected(pathname, RUNNING))), 100);
    });
    const operations = new DockerOperations([fake.endpoint], {
      ...args,
      networks: [{ ...network, hosts: ["fake"], workloads }],
    });
    const { hosts, containers } = await operations.look();
    // Fifty of them take more than the 2 s that one may take.
    expect(hosts).toEqual([{ name: "fake", version: "Docker 28.5.2", clockAheadSeconds: 0 }]);
    expect(containers.map(({ name }) => name)).toEqual(names);
    operations.close();
  });

  test("are asked for over one connection, which the first call has alone", async () => {
    const names = ["east-iguana", "east-iguana-agent", "east-iguana-proxy", "east-iguana-pause"];
    const labels = { "dokomodo.stack": "before", "dokomodo.network": "east" };
    const listed = names.map((name) => ({ Id: name, Names: [`/${name}`], State: "exited", Labels: labels }));
    const asked: string[] = [];
    let [underWay, most] = [0, 0];
    await using fake = await FakeEngine.start(({ url = "" }, response) => {
      const { pathname } = new URL(url, "http://docker");
      asked.push(pathname);
      underWay += 1;
      most = Math.max(most, underWay, fake.sockets.size);
      const said = JSON.stringify(pathname === "/containers/json" ? listed : inspected(pathname, {}));
      setTimeout(() => {
        underWay -= 1;
        if (pathname === PING) pong(response);
        else response.end(said);
      }, 20);
    });
    const operations = new DockerOperations([fake.endpoint], args);
    const looked = operations.look();
    const agent = { host: "fake", workload: "east-iguana", role: "agent" };
    const streams = { output: new PassThrough(), errors: new PassThrough() };
    // What is asked for during a look goes by the look's list.
    await expect(operations.exec(agent, ["true"], streams)).rejects.toThrow(/does not run \(exited\)/);
    expect((await looked).containers).toHaveLength(names.length);
    expect(asked).toEqual(["/containers/json", PING, ...names.map((name) => `/containers/${name}/json`)]);
    expect(most).toBe(1);
    operations.close();
  });

  const values = {
    memory: { totalBytes: 2 ** 34, availableBytes: 2 ** 33 },
    disk: { totalBytes: 2 ** 40, freeBytes: 2 ** 39 },
    cores: 4,
    load: 0.5,
  };
  const checked = (seconds: number, output: string) => {
    const at = new Date(Date.now() - seconds * 1000).toISOString();
    return { Start: at, End: at, ExitCode: 0, Output: output };
  };

  test.each<[string, HealthLog, object, boolean]>([
    [
      "are in its restarter's health",
      [checked(100, "{}"), checked(29, `${JSON.stringify(values)}\n`)],
      values,
      false,
    ],
    ["go by the host's clock", [checked(-3600 + 29, JSON.stringify(values))], values, false],
    ["are asked for if its restarter began a moment ago", [], {}, true],
    ["are asked for if the last check is long ago", [checked(100, JSON.stringify(values))], {}, true],
    ["are asked for if its restarter is of a release before", [checked(5, "")], {}, true],
    ["are asked for if the check was cut off", [checked(5, JSON.stringify(values).slice(0, 100))], {}, true],
  ])("about itself %s", async (title, log, expected, isAsked) => {
    const labels = { "dokomodo.stack": "after" };
    const listed = [{ Id: "r", Names: ["/east-restarter"], State: "running", Labels: labels }];
    const ahead = title.includes("clock") ? 3600 : 0;
    const asked: string[] = [];
    await using fake = await FakeEngine.start(({ url = "" }, response) => {
      const { pathname } = new URL(url, "http://docker");
      asked.push(pathname);
      if (pathname === PING) pong(response, "20.10.24", "1.41", new Date(Date.now() + ahead * 1000));
      else if (pathname === "/containers/json") response.end(JSON.stringify(listed));
      else if (pathname === "/containers/r/json")
        response.end(
          JSON.stringify(inspected("r", { ...RUNNING, Health: { Status: "", FailingStreak: 0, Log: log } })),
        );
      else response.writeHead(500).end();
    });
    const operations = new DockerOperations([fake.endpoint], args);
    const { hosts } = await operations.look();
    const clock = { clockAheadSeconds: ahead };
    expect(hosts).toEqual([{ name: "fake", version: "Docker 20.10.24", ...clock, ...expected }]);
    expect(asked.includes("/containers/r/exec")).toBe(isAsked);
    operations.close();
  });

  test("that do not come cost a command no more time than the look", async () => {
    await using fake = await FakeEngine.start(() => {});
    const operations = new DockerOperations([fake.endpoint], args);
    const started = Date.now();
    const looked = operations.look();
    const streams = { output: new PassThrough(), errors: new PassThrough() };
    await expect(
      operations.exec({ host: "fake", workload: "east-iguana" }, ["true"], streams),
    ).rejects.toThrow(/^host fake \(unix:\S+\): .*no answer in 2 s/);
    expect((await looked).hosts).toEqual([
      { name: "fake", problem: expect.stringContaining("no answer in 2 s") },
    ]);
    expect(Date.now() - started).toBeLessThan(5000);
    operations.close();
  });

  test("that ssh waited for in vain are told once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dokomodo-ssh-"));
    writeFileSync(join(folder, "ssh"), "#!/bin/sh\necho Connection timed out >&2; exit 255", { mode: 0o755 });
    vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
    const operations = new DockerOperations([{ name: "far", docker: "ssh://root@far", ssh: {} }], args);
    try {
      const { hosts } = await operations.look();
      expect(hosts[0]?.problem).toMatch(
        /^host far \(\S+\): no answer in 8 s\. Is the machine up, and its address right\?$/,
      );
    } finally {
      operations.close();
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
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
