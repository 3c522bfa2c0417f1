import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { WarmStandIns } from "../../dev/standIns/warm/WarmStandIns";
import { Project } from "./Project";

/**
 * What the program does is its config's `mode`. `runs` counts the runs in one process. It takes no stack traces, as the
 * stack's program does: the SDK's runner would look for 15 s at those that an error leads to.
 */
const PROGRAM = `
  Error.stackTraceLimit = 0;
  const pulumi = require("@pulumi/pulumi");
  const { RandomPassword } = require("@pulumi/random");
  const modes = {
    throws: () => { throw new TypeError("no such thing"); },
    refuses: () => { throw new pulumi.RunError("the host alpha has no address"); },
    rejects: () => { Promise.reject(new Error("nobody waits for this")); },
    tells: async () => { await pulumi.log.error("one host is skipped"); process.exitCode = 32; },
    exits: () => { process.exitCode = 3; },
    late: () => { setTimeout(() => pulumi.log.warn("said late"), 700); },
    succeeds: () => {},
  };
  let runs = 0;
  module.exports = async () => {
    runs += 1;
    const config = new pulumi.Config();
    await modes[config.require("mode")]();
    const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
    return {
      runs,
      name,
      dry: pulumi.runtime.isDryRun(),
      hidden: config.requireSecret("hidden"),
      before: outputs.runs ?? 0,
      password: new RandomPassword("word", { length: 12 }).result,
      directory: process.cwd() === __dirname,
    };
  };
`;

describe("stand-ins that serve one run after the other", () => {
  let project: Project;
  let warm: WarmStandIns;
  const up = async (mode: string, ...flags: readonly string[]) =>
    project.runWith(await warm.env(), "up", "--yes", "--skip-preview", "--config", `mode=${mode}`, ...flags);

  beforeAll(async () => {
    project = await Project.create(PROGRAM, "", ["random"]);
    warm = new WarmStandIns(["nodejs", "docker", "random"], project.directory, {});
    await project.succeed("config", "set", "--secret", "hidden", "canary-1");
  });
  afterAll(async () => {
    warm?.end();
    await project?.remove();
  });

  test("give each run its own values, and the providers' state is the stack's", async () => {
    const first = await up("succeeds");
    expect(first).toMatchObject({ exitCode: 0, text: expect.stringContaining("word created") });
    const outputs = await project.outputs();
    const name = "organization/trial/trial";
    const own = { name, dry: false, hidden: "canary-1", directory: true };
    expect(outputs).toMatchObject({ ...own, runs: 1, before: 0 });

    await project.succeed("config", "set", "--secret", "hidden", "canary-2");
    const preview = await project.runWith(await warm.env(), "preview", "--diff");
    expect(preview).toMatchObject({ exitCode: 0, text: expect.stringMatching(/dry +: false => true/) });
    expect((await up("succeeds")).exitCode).toBe(0);
    const { password } = outputs;
    expect(await project.outputs()).toEqual({ ...own, hidden: "canary-2", password, runs: 3, before: 1 });
    expect(await project.state()).not.toContain("canary-");
    expect(first.text + preview.text).not.toContain("canary-");
  });

  test.each([
    ["throws", "[TypeError: no such thing]"],
    ["refuses", "error: the host alpha has no address\n"],
    ["rejects", "[Error: nobody waits for this]"],
    ["tells", "error: one host is skipped\n"],
    ["exits", "The program ended with exit code 3"],
  ])("fail as the program does that %s, and not in the run after it", async (mode, said) => {
    const { exitCode, text } = await up(mode);
    const cold = await project.run("up", "--yes", "--skip-preview", "--config", `mode=${mode}`);
    expect(exitCode).toBe(cold.exitCode);
    expect(errorsOf(text)).toEqual(errorsOf(cold.text));
    expect(text).toContain(said);
    expect(await project.state()).toContain('"random:index/randomPassword:RandomPassword"');
    expect(await up("succeeds")).toMatchObject({ exitCode: 0 });
  });

  test("end a run when the program has finished all that it began", async () => {
    expect((await up("late")).text).toContain("said late");
  });

  test("end at once when they are told to, and others serve the next run", async () => {
    const { PULUMI_DEBUG_PROVIDERS = "" } = await warm.env();
    warm.end();
    await untilClosed(PULUMI_DEBUG_PROVIDERS);
    await up("succeeds");
    expect(await project.outputs()).toMatchObject({ runs: 1 });
  });
});

test("warm stand-ins end when their parent is killed", async () => {
  const module = join(__dirname, "../../dev/standIns/warm/WarmStandIns.ts");
  const script = `
    const { WarmStandIns } = require(${JSON.stringify(module)});
    setInterval(() => {}, 1000);
    new WarmStandIns(["random"], ".", {}).env().then((env) => console.log(env.PULUMI_DEBUG_PROVIDERS));
  `;
  const parent = execFile(process.execPath, ["--require", "@swc-node/register", "--eval", script]);
  const [line] = await once(parent.stdout ?? parent, "data");
  parent.kill("SIGKILL");
  await untilClosed(String(line).trim());
});

/** What a run says of errors, without paths: each way has its own name for the program. */
function errorsOf(text: string): string[] {
  const lines = text.replaceAll(/'.*'/g, "").slice(text.indexOf("Diagnostics:")).split("\n");
  return lines.map((line) => line.trim()).filter((line) => /error|Error/.test(line));
}

/** Waits until nothing answers at the ports of providers, such as docker:4710,random:4711. */
async function untilClosed(attached: string): Promise<void> {
  for (const provider of attached.split(",")) await untilPortClosed(Number(provider.split(":")[1]));
}

function untilPortClosed(port: number): Promise<unknown> {
  const refused = async () => {
    const socket = connect(port, "127.0.0.1");
    const event = await Promise.race([
      once(socket, "connect").then(() => "open"),
      once(socket, "close").then(() => "closed"),
    ]).catch(() => "closed");
    socket.destroy();
    expect(event).toBe("closed");
  };
  return vi.waitFor(refused, { timeout: 10_000 });
}
