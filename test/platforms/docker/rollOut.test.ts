import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { DockerConnection } from "../../../platforms/docker/connection";
import { DockerRollOut, readRunning } from "../../../platforms/docker/rollOut";
import { listensCommand } from "../../../platforms/listening";
import { RollOut, type Turn } from "../../../platforms/RollOut";
import { FakeEngine } from "./fakeEngine";

const LABEL = "dokomodo.stack=east";

let fake: FakeEngine;
let connection: DockerConnection;
/** The calls that the engine got, without those that list containers. */
const calls: string[] = [];
/** What it was asked for of logs. */
const queries: string[] = [];

afterEach(async () => {
  connection.close();
  calls.length = 0;
  listed = KMD_RUNS;
  queries.length = 0;
  await fake[Symbol.asyncDispose]();
});

const KMD_RUNS = [{ Id: "id-of-kmd", Names: ["/east-kmd"], State: "running" }];
/** The containers that the engine lists. */
let listed: readonly object[] = KMD_RUNS;

/** Stands for an answer that never comes. */
const HANG = Symbol("no answer");

/** An answer by path, such as `GET /exec/1/json`. The engine refuses a call without one. */
type Answers = Readonly<Record<string, () => unknown>>;

async function connect(answers: Answers): Promise<void> {
  fake = await FakeEngine.start(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://docker");
    const call = `${request.method} ${pathname}`;
    if (call === "GET /containers/json") {
      expect(searchParams.get("all")).toBe("true");
      expect(JSON.parse(searchParams.get("filters") ?? "")).toEqual({ label: [LABEL] });
      response.end(JSON.stringify(listed));
      return;
    }
    if (pathname.endsWith("/logs")) queries.push(searchParams.toString());
    calls.push(`${call} ${await text(request)}`.trim());
    const answer = answers[call]?.();
    if (answer === HANG) return;
    if (answer === undefined) response.writeHead(409).end('{"message":"Container is restarting"}');
    else response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  connection = await DockerConnection.open(fake.endpoint, 2);
}

/** The turn that a roll-out gets for the workload of a container that runs. */
async function turnOf(port: number | undefined, seconds = 5): Promise<Turn> {
  const turns: Turn[] = [];
  const rollOut = new (class extends RollOut {
    override add(turn: Turn): void {
      turns.push(turn);
    }
  })({ atOnce: 1 });
  const hosts = new Map([["alpha", await readRunning(connection, LABEL)]]);
  const workload = { host: "alpha", name: "east-kmd", ...(port === undefined ? {} : { port }) };
  new DockerRollOut(rollOut, hosts, seconds).run(workload, () => []);
  const [turn] = turns;
  if (turn === undefined) throw new Error("the workload has no turn");
  return turn;
}

const state = (Running: boolean, StartedAt = new Date().toISOString()) => ({
  RestartCount: 0,
  State: { Running, Restarting: false, StartedAt, ExitCode: 0 },
});

/** What the engine says of a process that ended four times: between two runs, and while it runs once more. */
const ended = (isBetween: boolean) => ({
  RestartCount: 4,
  State: {
    Running: true,
    Restarting: isBetween,
    StartedAt: new Date().toISOString(),
    ExitCode: isBetween ? 3 : 0,
  },
});

describe("a look at what runs on a host", () => {
  test("finds the stack's containers by name", async () => {
    await connect({});
    const { containers } = await readRunning(connection, LABEL);
    expect([...containers]).toEqual([["east-kmd", "id-of-kmd"]]);
  });

  test("that fails names the host, its engine's words and what to do", async () => {
    fake = await FakeEngine.start((_, response) => {
      response.writeHead(500).end('{"message":"database is locked"}');
    });
    connection = await DockerConnection.open(fake.endpoint, 2);
    await expect(readRunning(connection, LABEL)).rejects.toThrow(
      /^host fake \(unix:\S+\): its containers cannot be listed: its Docker Engine refuses the call: database is locked \(HTTP 500\)\. .* Nothing was changed\. Run pulumi up again/,
    );
  });
});

describe("a workload that was replaced", () => {
  test("is waited for until its port is open, also while its container cannot run a command", async () => {
    let looks = 0;
    await connect({
      "GET /containers/east-kmd/json": () => state(true),
      "POST /containers/east-kmd/exec": () => (looks++ === 0 ? undefined : { Id: "1" }),
      "POST /exec/1/start": () => ({}),
      "GET /exec/1/json": () => ({ Running: false, ExitCode: looks < 4 ? 1 : 0 }),
    });
    await (await turnOf(7770)).untilAnswers();
    const execs = calls.filter((call) => call.startsWith("POST /containers"));
    expect(execs).toHaveLength(4);
    expect(execs[0]).toBe(`POST /containers/east-kmd/exec ${JSON.stringify({ Cmd: listensCommand(7770) })}`);
    expect(calls.filter((call) => call === 'POST /exec/1/start {"Detach":true}')).toHaveLength(3);
  });

  test("has started without a port once its process has lived for some seconds", async () => {
    const started = new Date(Date.now() - 4500).toISOString();
    await connect({ "GET /containers/east-kmd/json": () => state(true, started) });
    await (await turnOf(undefined)).untilAnswers();
    expect(calls.length).toBeGreaterThan(1);
  });

  test("is reported with the code of its last end, also if the first look finds it running again", async () => {
    let looks = 0;
    await connect({ "GET /containers/east-kmd/json": () => ended(looks++ > 0) });
    const why = "it ended 4 times, last with 3; docker logs east-kmd says more";
    await expect((await turnOf(7770)).untilAnswers()).rejects.toThrow(why);
    expect(looks).toBe(2);
  });

  test("fails at once, with what its log says, where the disk guard holds it", async () => {
    const line = "The disk guard holds the daemon: 700 MiB are free. Make room.";
    const started = "2026-01-02T03:04:05.6Z";
    await connect({
      "GET /containers/east-kmd/json": () => state(true, started),
      "GET /containers/east-kmd/logs": () => `\u0002\0\0\0\0\0\0\u0042entrypoint: ${line}\n`,
    });
    const why = `it was not started. ${line.replace(/\.$/, "")}`;
    await expect((await turnOf(7770, 60)).untilAnswers()).rejects.toThrow(new Error(why));
    expect(queries).toEqual(["stdout=true&stderr=true&tail=1&since=1767323045"]);
  });

  test("is looked at again after a command that the engine started and did not answer", async () => {
    let looks = 0;
    await connect({
      "GET /containers/east-kmd/json": () => ended(looks++ > 0),
      "POST /containers/east-kmd/exec": () => ({ Id: "1" }),
      "POST /exec/1/start": () => HANG,
    });
    await expect((await turnOf(7770)).untilAnswers()).rejects.toThrow(/^it ended 4 times/);
  });

  test("is not said to be down where its engine is away", async () => {
    await connect({});
    const turn = await turnOf(7770);
    await fake[Symbol.asyncDispose]();
    fake = await FakeEngine.start(() => {});
    // It depends on Node whether it notices that the connection of the last call is closed.
    await expect(turn.untilAnswers()).rejects.toThrow(
      /^dokomodo cannot see whether it takes calls\. Host fake: .*(broke off|there is no socket) .*[^.]$/,
    );
  });

  test.each([
    ["ends again and again", () => ended(true), /^it ended 4 times, last with 3; docker logs/],
    ["takes no calls in time", () => state(true), /^it takes no calls after 0\.2 s \(rollOut\.seconds\)/],
    [
      "cannot be looked at",
      () => undefined,
      /^dokomodo cannot see whether it takes calls\. Host fake: its Docker Engine refuses the call: Container is restarting \(HTTP 409\)\. .*[^.]$/,
    ],
  ])("fails where it %s", async (_, container, why) => {
    await connect({ "GET /containers/east-kmd/json": container });
    await expect((await turnOf(7770, 0.2)).untilAnswers()).rejects.toThrow(why);
  });
});

describe("a workload that somebody stopped", () => {
  const start = (name: string) => ({ [`POST /containers/${name}/start`]: () => ({}) });

  test("has its pause started for its turn, and stopped again if nothing was replaced", async () => {
    listed = ["kmd", "kmd-pause"].map((name) => ({ Id: name, Names: [`/east-${name}`], State: "exited" }));
    await connect({
      ...start("east-kmd-pause"),
      "GET /containers/east-kmd/json": () => state(false),
      "POST /containers/east-kmd-pause/stop": () => ({}),
    });
    expect(await (await turnOf(undefined)).register()).toBe(false);
    expect(calls).toEqual([
      "POST /containers/east-kmd-pause/start",
      "GET /containers/east-kmd/json",
      "POST /containers/east-kmd-pause/stop",
    ]);
  });

  test("is left to the provider that has started it after a refresh", async () => {
    listed = ["kmd", "kmd-pause"].map((name) => ({ Id: name, Names: [`/east-${name}`], State: "exited" }));
    await connect({ ...start("east-kmd-pause"), "GET /containers/east-kmd/json": () => state(true) });
    expect(await (await turnOf(undefined)).register()).toBe(false);
    expect(calls.at(-1)).toBe("GET /containers/east-kmd/json");
  });
});

describe("a canary that is watched", () => {
  const run = (ends: number, startedAt: string, isRunning = true) => ({
    RestartCount: ends,
    State: { Running: isRunning, Restarting: false, StartedAt: startedAt, ExitCode: 0 },
  });
  const STARTED = "2026-01-01T00:00:00Z";

  test("is good if it runs and takes calls until the time is over", async () => {
    await connect({
      "GET /containers/east-kmd/json": () => run(0, STARTED),
      "POST /containers/east-kmd/exec": () => ({ Id: "1" }),
      "POST /exec/1/start": () => ({}),
      "GET /exec/1/json": () => ({ Running: false, ExitCode: 0 }),
    });
    const began = Date.now();
    await (await turnOf(7770)).staysUp(0.3);
    expect(Date.now() - began).toBeGreaterThanOrEqual(300);
    expect(calls).toContain('POST /exec/1/start {"Detach":true}');
  });

  test.each([
    ["was started again", () => run(1, "2026-01-01T00:00:09Z")],
    ["does not run", () => run(0, STARTED, false)],
  ])("fails as soon as it %s", async (_, later) => {
    let looks = 0;
    await connect({ "GET /containers/east-kmd/json": () => (looks++ === 0 ? run(0, STARTED) : later()) });
    await expect((await turnOf(7770)).staysUp(0.3)).rejects.toThrow(
      /^it ended again within \d s after it had begun to take calls; docker logs east-kmd says more$/,
    );
  });
});
