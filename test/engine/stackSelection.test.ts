import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseStack } from "../../cli/stack";
import { Project } from "./Project";

describe("the stack of a command", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("");
    for (const stack of ["east", "west"]) {
      await project.succeed("stack", "init", stack);
      await project.succeed("config", "set", "key", "value", "--stack", stack);
    }
  });
  afterAll(() => project.remove());

  test.each(["east", "west"])("is %s once Pulumi has selected it", async (stack) => {
    await project.succeed("stack", "select", stack);

    const env = { PULUMI_HOME: join(project.directory, "home") };
    expect(chooseStack({ directory: project.directory, env })).toEqual({
      name: stack,
      file: `Pulumi.${stack}.yaml`,
    });
  });
});
