import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Project } from "./Project";

const program = (args: string) => `
  const random = require("@pulumi/random");
  const password = new random.RandomPassword("password", ${args});
  module.exports = { result: password.result, bcryptHash: password.bcryptHash, numeric: password.numeric };
`;

describe("the offline random provider", () => {
  let project: Project;
  let first: unknown;
  beforeAll(async () => {
    project = await Project.create(program("{ length: 32, special: false }"));
    await project.up();
    first = (await project.outputs())["result"];
  });
  afterAll(() => project?.remove());

  test("makes a password of the length and the characters asked for", () => {
    expect(first).toMatch(/^[a-zA-Z0-9]{32}$/);
  });

  test("keeps it encrypted in the state", async () => {
    const state = await project.state();
    expect(state).not.toContain(first);
    const [, , password] = await project.resources();
    expect(password).toMatchObject({ id: "none", outputs: { result: { ciphertext: expect.any(String) } } });
  });

  test("fills in the defaults of the official provider", async () => {
    expect((await project.outputs())["numeric"]).toBe(true);
    expect((await project.outputs())["bcryptHash"]).toContain("not computed");
  });

  test("keeps the password in a second update and a refresh", async () => {
    await project.up("--expect-no-changes");
    await project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    expect((await project.outputs())["result"]).toBe(first);
  });

  test("takes a default that is now stated for no change", async () => {
    await project.write(program("{ length: 32, special: false, lower: true, number: true, minUpper: 0 }"));
    expect(await project.planned()).toEqual({});
  });

  test("replaces the password when its length changes", async () => {
    await project.write(program("{ length: 48, special: false }"));
    expect((await project.planned())["password"]).toContain("replace");
    await project.up();
    const second = (await project.outputs())["result"];
    expect(second).toMatch(/^[a-zA-Z0-9]{48}$/);
    expect(second).not.toContain(first);
  });

  test("replaces the password when a keeper changes", async () => {
    await project.write(program(`{ length: 48, special: false, keepers: { rotation: "2" } }`));
    expect((await project.planned())["password"]).toContain("replace");
  });

  test("refuses what cannot be fulfilled, with the reason", async () => {
    await project.write(program("{ length: 3, minUpper: 2, minNumeric: 2 }"));
    const { exitCode, text } = await project.run("preview");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("must be at least 4, the sum of all minima");
  });
});
