import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chooseStack } from "../../cli/stack";

let home: string;
let directory: string;

beforeEach(() => {
  home = mkdtempSync(join(realpathSync(tmpdir()), "dokomodo-home-"));
  directory = mkdtempSync(join(realpathSync(tmpdir()), "dokomodo-project-"));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: trial\nruntime: nodejs\n");
});
afterEach(() => {
  rmSync(home, { recursive: true });
  rmSync(directory, { recursive: true });
});

function configs(...stacks: readonly string[]): void {
  for (const stack of stacks) writeFileSync(join(directory, `Pulumi.${stack}.yaml`), "config: {}\n");
}

/** Writes the workspace file that `pulumi stack select` writes. */
function select(settings: object | string, path = directory): void {
  const hash = createHash("sha1").update(join(path, "Pulumi.yaml")).digest("hex");
  mkdirSync(join(home, "workspaces"), { recursive: true });
  const text = typeof settings === "string" ? settings : JSON.stringify(settings);
  writeFileSync(join(home, "workspaces", `trial-${hash}-workspace.json`), text);
}

function choose(asked?: string, env: NodeJS.ProcessEnv = {}) {
  return chooseStack({ asked, directory, env: { PULUMI_HOME: home, ...env } });
}

describe("the stack of a command", () => {
  test("is the one that --stack names, even when others are selected", () => {
    configs("east", "west");
    select({ stack: "west" });

    expect(choose("east", { PULUMI_STACK: "west" })).toEqual({ name: "east", file: "Pulumi.east.yaml" });
  });

  test("may be named with its organization and project", () => {
    configs("east");

    expect(choose("organization/trial/east")).toEqual({ name: "east", file: "Pulumi.east.yaml" });
  });

  test("is the one of PULUMI_STACK when --stack is absent", () => {
    configs("east", "west");
    select({ stack: "west" });

    expect(choose(undefined, { PULUMI_STACK: "east" }).name).toBe("east");
  });

  test.each([
    ["by its name", { stack: "west" }],
    ["by its full name", { stack: "organization/trial/west" }],
    ["for a backend", { stacks: { "https://api.example": "org/trial/west" } }],
    ["for a backend, and differently before there were several", { stack: "east", stacks: { b: "west" } }],
    ["for two backends alike", { stacks: { one: "org/trial/west", other: "west" } }],
  ])("is the one that Pulumi has selected %s", (_, settings) => {
    configs("east", "west");
    select(settings);

    expect(choose().name).toBe("west");
  });

  test("is the selected one in a project that was entered through a link", () => {
    configs("east", "west");
    const link = join(home, "link");
    symlinkSync(directory, link);
    select({ stack: "west" }, link);

    const before = process.cwd();
    process.chdir(link);
    try {
      expect(chooseStack({ env: { PULUMI_HOME: home, PWD: link } }).name).toBe("west");
    } finally {
      process.chdir(before);
    }
  });

  test("is the only one with a config when none is selected", () => {
    configs("east");

    expect(choose()).toEqual({ name: "east", file: "Pulumi.east.yaml" });
  });

  test.each([
    ["nothing is selected", undefined],
    ["two backends differ", { stacks: { one: "east", other: "west" } }],
    ["Pulumi's file is not understood", "{"],
  ])("has to be named when there are several and %s", (_, settings) => {
    configs("west", "east");
    if (settings !== undefined) select(settings);

    expect(() => choose()).toThrow(
      "it is not clear which stack is meant; name one with --stack, or choose it with `pulumi stack select`: east, west",
    );
  });

  test.each([
    ["--stack names", "dev", {}],
    ["PULUMI_STACK names", undefined, { PULUMI_STACK: "dev" }],
    ["`pulumi stack select` chose", undefined, {}],
  ])("must have a config when %s it", (how, asked, env) => {
    configs("east");
    select({ stack: "dev" });

    expect(() => choose(asked, env)).toThrow(
      `the stack dev, which ${how}, has no Pulumi.dev.yaml here; name one with --stack, or choose it with \`pulumi stack select\`: east`,
    );
  });

  test("cannot be found outside of a project", () => {
    expect(() => choose()).toThrow(
      "no stack has a config here; run dokomodo in the project's directory, beside its Pulumi.<stack>.yaml",
    );
  });
});
