import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainPulumi } from "../../cli/pulumi";
import { Project } from "./Project";

describe("a command that needs the stack's secrets", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("");
    await project.succeed("stack", "init", "east");
    await project.succeed("config", "set", "--secret", "key", "value", "--stack", "east");
  });
  afterAll(() => project.remove());

  test.each([
    [
      "no passphrase",
      { PULUMI_CONFIG_PASSPHRASE: undefined },
      /needs the secrets of stack east, and no passphrase for them is set: set/,
    ],
    [
      "another passphrase",
      { PULUMI_CONFIG_PASSPHRASE: "another" },
      /does not open the secrets of stack east: set PULUMI_CONFIG/,
    ],
    [
      "no login",
      { PULUMI_BACKEND_URL: undefined },
      /not logged in to where the state of stack east is: run `pulumi login`/,
    ],
  ])("is told in our words what to set: %s", async (_, env, told) => {
    const { text } = await project.runWith(env, "config", "get", "key", "--stack", "east");
    expect(explainPulumi(text, "east")).toMatch(told);
  });
});
