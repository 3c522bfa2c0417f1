import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Project } from "./Project";

describe("the small language host", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("", "--stack-trace-limit=7 '--title=a trial'");
    await project.succeed("config", "set", "plain", "as it is");
    await project.succeed("config", "set", "--secret", "hidden", "canary-4711");
    await project.succeed("config", "set", "--path", "list[0].name", "first");
  });
  afterAll(() => project?.remove());

  test("runs a program with its config and gives its outputs to the engine", async () => {
    await project.write(`
      const pulumi = require("@pulumi/pulumi");
      const config = new pulumi.Config();
      console.log("said on stdout", "dry", pulumi.runtime.isDryRun());
      console.error("said on stderr");
      module.exports = {
        plain: config.require("plain"),
        hidden: config.requireSecret("hidden"),
        list: config.requireObject("list"),
        stack: pulumi.getStack() + " of " + pulumi.getProject() + " of " + pulumi.getOrganization(),
        node: [Error.stackTraceLimit, process.title],
        arguments: process.argv.slice(2),
        directory: process.cwd() === __dirname,
      };
    `);
    const text = await project.succeed("up", "--yes");
    expect(text).toContain("said on stdout dry true");
    expect(text).toContain("said on stdout dry false");
    expect(text).toContain("said on stderr");
    expect(await project.outputs()).toEqual({
      plain: "as it is",
      hidden: "canary-4711",
      list: [{ name: "first" }],
      stack: "trial of trial of organization",
      node: [7, "a trial"],
      arguments: [],
      directory: true,
    });
    expect(await project.state()).not.toContain("canary-4711");
    expect(text).not.toContain("canary-4711");
  });

  test("is taken by the engine for its own, without a warning", async () => {
    expect(await project.succeed("preview")).not.toContain("pulumi-language-nodejs from $PATH");
  });

  test("lets a RunError speak for itself", async () => {
    await project.write(`throw new (require("@pulumi/pulumi").RunError)("the host alpha has no address");`);
    const { exitCode, text } = await project.run("up", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("the host alpha has no address");
    expect(text).not.toMatch(/^\s+at /m);
    expect(text).not.toContain("exit code");
  });

  test("reports any other error with its stack", async () => {
    await project.write(`throw new TypeError("no such thing");`);
    const { exitCode, text } = await project.run("preview");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("no such thing");
    expect(text).toMatch(/^\s+at .*index\.js/m);
  });

  test("says how a program ended that could not say it itself", async () => {
    await project.write(`process.kill(process.pid, "SIGKILL");`);
    const killed = await project.run("up", "--yes", "--skip-preview");
    expect(killed.exitCode).not.toBe(0);
    expect(killed.text).toContain("The program was ended by SIGKILL");

    await project.write("process.exit(3);");
    const ended = await project.run("preview");
    expect(ended.exitCode).not.toBe(0);
    expect(ended.text).toContain("The program ended with exit code 3");
  });

  test("goes, and the program with it, when the engine is killed", async () => {
    const note = join(project.directory, "processes");
    await project.write(`
      require("node:fs").writeFileSync(${JSON.stringify(note)}, process.pid + " " + process.ppid);
      setInterval(() => {}, 1000);
    `);
    const engine = project.start("preview");
    await vi.waitFor(async () => expect(await readFile(note, "utf8")).toMatch(/ /), { timeout: 20_000 });
    const processes = (await readFile(note, "utf8")).split(" ").map(Number);
    expect(processes.map(isAlive)).toEqual([true, true]);
    engine.kill("SIGKILL");
    await engine;
    await vi.waitFor(() => expect(processes.map(isAlive)).toEqual([false, false]), { timeout: 10_000 });
  });

  test("names its runtime and the program's packages", async () => {
    const about = await project.succeed("about");
    expect(about).toContain(process.version);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
