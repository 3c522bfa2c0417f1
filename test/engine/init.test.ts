import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { deriveKeys } from "../../chains/keys";
import { quietHome } from "../../dev/scenes/quietHome";
import { layProject } from "../../dev/scenes/StackProject";
import { preparePulumi } from "../../dev/toolchain/pulumiEnvironment";

const PROJECT = join(__dirname, "../..");
const PHRASE = "canary phrase of a first day";
const KOMODOD = `registry.example/komodo:1@sha256:${"ab".repeat(32)}`;
const ARGS = ["east", "--yes", "--address", "203.0.113.7", "--image", `komodod=${KOMODOD}`];

let root: string;
let env: Record<string, string>;

beforeAll(async () => {
  const engine = await preparePulumi({ byHand: false });
  root = await mkdtemp(join(tmpdir(), "dokomodo-init-"));
  env = {
    ...engine.env,
    PATH: `${dirname(engine.pulumi)}:${engine.env["PATH"]}`,
    HOME: join(root, "user"),
    PULUMI_HOME: quietHome(root),
    DOCKER_HOST: `unix://${join(root, "no.sock")}`,
  };
  await mkdir(join(root, "user"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs the command in a folder, with Pulumi's own CLI. */
async function init(cwd: string, args: readonly string[], input: string) {
  const command = [join(PROJECT, "cli/bin.cjs"), "init", ...args];
  const { exitCode, all } = await execa(process.execPath, command, {
    cwd,
    env,
    input,
    all: true,
    reject: false,
  });
  return { exitCode, text: all };
}

async function pulumi(cwd: string, ...args: readonly string[]): Promise<string> {
  const options = { cwd, env: { ...env, PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile() } };
  return (await execa("pulumi", [...args, "--non-interactive"], options)).stdout;
}

const passphraseFile = () => join(root, "user", ".config", "dokomodo", "east.passphrase");

/** A folder with what the stack program needs. */
async function project(name: string): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  layProject(folder, "package.json");
  return folder;
}

describe("dokomodo init with Pulumi's CLI", () => {
  test("ends in the plan, keeps its comments, and goes on from there when it is run again", async () => {
    const folder = await project("first");
    const state = join(root, "state");
    const args = [...ARGS, "--backend", `file://${state}`];
    const key = deriveKeys(PHRASE).publicKey;

    const first = await init(folder, args, PHRASE);
    expect(first).toMatchObject({
      exitCode: 0,
      text: expect.stringMatching(/east-kmd-data create[\s\S]*to create/),
    });
    expect(first.text).toContain(`publicKey: "${key}"`);
    const file = join(folder, "Pulumi.east.yaml");
    const text = await readFile(file, "utf8");
    expect(text).toContain("  # Every resource names its provider.\n");
    expect(parse(text)).toMatchObject({
      encryptionsalt: expect.stringMatching(/^v1:/),
      config: { "dokomodo:passphrases": { east: { secure: expect.stringMatching(/^v1:/) } } },
    });
    expect(await pulumi(folder, "config", "get", "--path", 'dokomodo:passphrases["east"]')).toBe(PHRASE);
    const kept = await readFile(join(state, ".pulumi/stacks/dokomodo/east.json"), "utf8");
    for (const said of [first.text, text, kept]) expect(said).not.toContain(PHRASE);

    const again = await init(folder, args, PHRASE);
    expect(again).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining("As it was: Pulumi.east.yaml"),
    });
    expect(await readFile(file, "utf8")).toBe(text);
    expect(await init(folder, args, "another")).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining("Pulumi.east.yaml has another passphrase"),
    });
  });

  test("goes on in a project that `pulumi new` copied, under a name of its own", async () => {
    const template = join(root, "template");
    const folder = join(root, "mine");
    for (const each of [template, folder]) await mkdir(each);
    for (const name of ["Pulumi.yaml", "assetchains.yaml", "index.ts", "package.json", "tsconfig.json"]) {
      await copyFile(join(PROJECT, name), join(template, name));
    }
    const said = await pulumi(folder, "new", template, "--generate-only", "--yes", "--name", "mine");
    expect(said).toContain("npx dokomodo init <stack>");
    expect(parse(await readFile(join(folder, "Pulumi.yaml"), "utf8"))).toMatchObject({ name: "mine" });

    // The copy has the sources in reality; the test's has the packages and a way to the sources.
    for (const name of ["cli", "node_modules"]) await symlink(join(PROJECT, name), join(folder, name));
    await writeFile(
      join(folder, "index.ts"),
      `export = require(${JSON.stringify(join(PROJECT, "index.ts"))});\n`,
    );
    const backend = `file://${join(root, "state of mine")}`;
    const { exitCode, text } = await init(folder, [...ARGS, "--backend", backend, "--no-key"], "");
    expect({ exitCode, text }).toMatchObject({ exitCode: 0, text: expect.stringContaining("to create") });
    expect(text).toContain("pulumi:pulumi:Stack mine-east create");
  });
});
