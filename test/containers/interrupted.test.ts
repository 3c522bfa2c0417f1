import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { docker } from "../../dev/scenes/docker";
import { untilWhole } from "../../dev/scenes/notary";
import { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NOTARY = "south";
const CHAINS = ["KMD", "LTC", "BEER"];

describe("an engine that is killed in the middle of an up", () => {
  let stack: TestStack;
  /** Whether the stack is as its config says, which the end of the test before has seen. */
  let isWhole = false;
  /** A setting of the daemons that each replacement changes, so that a second try of a test replaces them, too. */
  let connections = 20;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NOTARY, "a phrase of the south", "127.0.0.3");
    stack.changeNotary((notary) => {
      notary.chains = CHAINS;
      notary["dest"] = {};
    });
  });
  afterAll(() => stack.remove());

  /** Runs an `up` that writes the state after each step, as users' runs do. */
  const up = () => stack.must("up", "--yes", "--skip-preview", "--stack", "test");
  /** Begins a test with a whole stack. */
  const beginWhole = async () => {
    if (!isWhole) await up();
    isWhole = false;
  };

  test.each([1, 30, 75])("after step %d of the first up: the next up converges", async (step) => {
    isWhole = false;
    await stack.must("destroy", "--yes", "--skip-preview", "--stack", "test");
    await killedUp(step);
    await expectConvergence();
  });

  test.each([
    [1, undefined],
    [6, "laptop-of-alice"],
    [12, undefined],
  ])("after step %d of a replacement: the next up converges", async (step, machine) => {
    await beginWhole();
    const { "dokomodo:daemons": daemons } = stack.config;
    const komodod = Object(Object(daemons).komodod);
    connections += 1;
    const flags = ["-printtoconsole", `-maxconnections=${connections}`];
    stack.writeConfig({ "dokomodo:daemons": { ...Object(daemons), komodod: { ...komodod, flags } } });
    const known = await stack.passwords();
    await killedUp(step, machine);
    if (machine !== undefined) await expectRefusal(machine);
    await expectConvergence(known, machine === undefined ? [] : ["--yes"]);
  });

  test.each([
    ["the state", { "test.json": 1000 }],
    ["the attributes of the state and of its copy", { "test.json.attrs": 0, "test.json.bak.attrs": 10 }],
  ])("while it wrote %s: the next up converges", async (_, cuts) => {
    await beginWhole();
    const known = await stack.passwords();
    for (const [file, length] of Object.entries(cuts)) {
      const path = join(stack.folder, ".pulumi", "stacks", "dokomodo", file);
      writeFileSync(path, readFileSync(path, "utf8").slice(0, length));
    }
    await expectConvergence(known);
  });

  /**
   * Runs an up and kills Pulumi's engine as soon as it has printed this many steps.
   * @param machine the name of the machine on which it runs; this one if absent
   */
  async function killedUp(step: number, machine?: string): Promise<void> {
    const { execa } = await import("execa");
    const { pulumi, directory: cwd, env } = stack.command;
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "test"];
    const named = ["--uts", "sh", "-c", 'hostname "$0" && exec "$@"', machine ?? "", pulumi];
    const [program, ...before] = machine === undefined ? [pulumi] : ["unshare", ...named];
    const killed = execa(program ?? pulumi, [...before, ...args], {
      cwd,
      env,
      stdin: "ignore",
      all: true,
      reject: false,
    });
    let steps = 0;
    for await (const line of killed.iterable({ from: "all" })) {
      if (/ (creating|created|deleting|deleted|replacing|replaced) /.test(line)) steps += 1;
      if (steps === step) killed.kill("SIGKILL");
    }
    const { signal } = await killed;
    expect(signal, `the up was over after ${steps} steps`).toBe("SIGKILL");
  }

  /** Looks at what a person sees on another machine than that of the killed run, which keeps the stack as it is. */
  async function expectRefusal(machine: string): Promise<void> {
    const refused = await stack.run("up", "--yes", "--skip-preview", "--stack", "test");
    expect(refused.text).toMatch(/the stack is currently locked by 1 lock/);
    const { exitCode, stdout } = await stack.ask(["unlock"]);
    expect(stdout).toMatch(
      new RegExp(
        `Stack test is locked by .*${machine}.* Nobody here knows whether it still runs there\\.\nNothing was changed\\. Look on ${machine} whether the process runs.*unlock --yes --stack test`,
      ),
    );
    expect(exitCode).toBe(2);
  }

  /** Frees the stack and runs an up, as the next person does. Expects all containers and the passwords `known`, or else those of the killed run. */
  async function expectConvergence(
    known?: Record<string, string>,
    unlocking: readonly string[] = [],
  ): Promise<void> {
    console.log(await stack.dokomodo("unlock", ...unlocking));
    const before = known ?? (await stack.passwords());
    await up();
    await untilWhole(NOTARY, 60, CHAINS.length);
    expect(await stack.passwords()).toMatchObject(before);
    const workloads = [
      "south-iguana",
      "south-local-witness",
      ...CHAINS.map((symbol) => `south-${symbol.toLowerCase()}`),
    ];
    const expected = [
      ...workloads.flatMap((name) => [name, `${name}-pause`, `${name}-proxy`]),
      "south-iguana-agent",
      "south-gateway",
      "south-restarter",
    ];
    const containers = await docker(
      "ps",
      "--all",
      "--format",
      "{{.Names}}",
      "--filter",
      "label=dokomodo.stack=test",
    );
    expect(
      containers
        .split("\n")
        .filter((name) => name.startsWith("south"))
        .sort(),
    ).toEqual(expected.sort());
    expect(await docker("network", "ls", "--format", "{{.Name}}", "--filter", "name=^south$")).toBe("south");
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
    isWhole = true;
  }
});
