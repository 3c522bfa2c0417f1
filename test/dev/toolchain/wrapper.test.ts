import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { isWrapper } from "../../../dev/toolchain/executables";
import { installWrapper, settingsFile, settingsText, wrapperText } from "../../../dev/toolchain/wrapper";
import { scratch, writeScript } from "./scratch";

/** An engine that tells what it was started with; the selected stack is in $SELECTED. */
const engine = `
if [ "$1 $2" = "stack --show-name" ]; then echo "$SELECTED"; exit; fi
echo "arguments: $*"
echo "passphrase: \${PULUMI_CONFIG_PASSPHRASE_FILE-none}"
echo "acquire: \${PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION-yes}"
echo "path: $PATH"
`;

async function installed() {
  const directory = await scratch();
  const checkout = join(directory, "it's a checkout");
  await mkdir(join(checkout, "test"), { recursive: true });
  const bin = join(directory, "bin dir");
  const content = {
    pulumi: await writeScript(join(bin, "pulumi"), engine),
    directories: [bin],
    offline: true,
    checkout,
    passphraseFile: "/cache/dev-passphrase",
    stack: "dev",
    settings: join(directory, "cache", "check outs"),
  };
  await mkdir(content.settings, { recursive: true });
  await writeFile(settingsFile(content), settingsText(content));
  const wrapper = await writeScript(
    join(directory, "pulumi"),
    wrapperText(content).replace("#!/bin/sh\n", ""),
  );
  const run = async (args: string[], env: Record<string, string> = {}, cwd = checkout) =>
    (await execa(wrapper, args, { cwd, env: { PATH: "/usr/bin:/bin", ...env }, extendEnv: false })).stdout;
  return { content, run, directory, wrapper };
}

describe("the wrapper", () => {
  it("runs the engine with its plugins on the path", async () => {
    const { content, run } = await installed();
    const said = await run(["up", "--yes", "two words"], { SELECTED: "dev" });
    expect(said).toContain("arguments: up --yes two words\n");
    expect(said).toContain(`path: ${content.directories[0]}:/usr/bin:/bin`);
    expect(said).toContain("acquire: true");
  });

  it.each([
    [["up"], { SELECTED: "dev" }],
    [["up", "--stack", "dev"], { SELECTED: "prod" }],
    [["preview", "-s", "organization/dokomodo/dev"], { SELECTED: "prod" }],
    [["preview", "--stack=dev"], {}],
    [["stack", "init", "dev"], {}],
    [["--non-interactive", "stack", "select", "--create", "-s", "dev"], {}],
    [["config", "set", "--secret", "key", "prod"], { SELECTED: "dev" }],
    [["up"], { PULUMI_STACK: "dev", SELECTED: "prod" }],
  ])("knows the development stack's passphrase: %j %j", async (args, env) => {
    const { run } = await installed();
    expect(await run(args, env)).toContain("passphrase: /cache/dev-passphrase");
  });

  it.each([
    [["up"], { SELECTED: "prod" }],
    [["up"], {}],
    [["up", "--stack", "prod"], { SELECTED: "dev" }],
    [["config", "set", "--secret", "-s", "prod", "key", "value"], { SELECTED: "dev" }],
    [["stack", "init", "prod"], { SELECTED: "dev" }],
    [["stack", "init"], { SELECTED: "dev", PULUMI_STACK: "dev" }],
    [["stack", "init", "prod", "--copy-config-from", "dev"], { SELECTED: "dev" }],
    [["-C", ".", "stack", "select", "--create", "prod"], { SELECTED: "dev" }],
    [["new", "--force"], { SELECTED: "dev" }],
    [["up"], { SELECTED: "dev", PULUMI_CONFIG_PASSPHRASE: "" }],
  ])("gives it to no other stack, and to nobody who brings one: %j %j", async (args, env) => {
    const { run } = await installed();
    expect(await run(args, env)).toContain("passphrase: none");
  });

  it("gives it to no other project", async () => {
    const { run, directory } = await installed();
    expect(await run(["up"], { SELECTED: "dev" }, directory)).toContain("passphrase: none");
    const inside = join(directory, "it's a checkout", "test");
    expect(await run(["up"], { SELECTED: "dev" }, inside)).toContain("passphrase: /cache/dev-passphrase");
  });

  it("says what to do when the engine is gone", async () => {
    const { content, directory } = await installed();
    const text = wrapperText({ ...content, pulumi: join(directory, "gone") });
    const orphan = await writeScript(join(directory, "orphan"), text.replace("#!/bin/sh\n", ""));
    const { exitCode, stderr } = await execa(orphan, ["up"], { reject: false });
    expect(exitCode).toBe(127);
    expect(stderr).toContain(`set up ${content.checkout} again`);
  });
});

describe("installing the wrapper", () => {
  it("puts it once into the user's own directory, where that is on the path", async () => {
    const { content, directory } = await installed();
    const local = join(directory, ".local", "bin");
    await mkdir(local, { recursive: true });
    const env = { HOME: directory, PATH: `${local}:/usr/bin` };
    const path = join(local, "pulumi");
    expect(await installWrapper(content, env)).toEqual({ path, changed: true });
    expect(await isWrapper(path)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o755);
    expect(await installWrapper(content, env)).toEqual({ path, changed: false });
    expect(await installWrapper({ ...content, offline: false }, env)).toEqual({ path, changed: true });
  });

  it("serves each checkout with its own engine, plugins and passphrase, whichever was set up last", async () => {
    const first = await installed();
    const { directory } = first;
    const [second, inner] = await Promise.all(
      ["a second", join("a second", "one in it")].map(async (name) => {
        const checkout = join(directory, name);
        const bin = join(directory, `bin of ${name.replaceAll("/", " ")}`);
        await mkdir(join(checkout, "test"), { recursive: true });
        const pulumi = await writeScript(join(bin, "pulumi"), engine);
        const passphraseFile = join(checkout, "passphrase");
        return { ...first.content, checkout, directories: [bin], pulumi, passphraseFile };
      }),
    );
    const local = join(directory, ".local", "bin");
    await mkdir(local, { recursive: true });
    const env = { HOME: directory, PATH: `${local}:/usr/bin:/bin` };
    for (const content of [inner, first.content, second]) {
      if (content !== undefined) await installWrapper(content, env);
    }
    for (const content of [first.content, second, inner]) {
      const cwd = join(content?.checkout ?? "", "test");
      const options = { cwd, env: { ...env, SELECTED: "dev" }, extendEnv: false };
      const { stdout } = await execa(join(local, "pulumi"), ["preview"], options);
      expect(stdout).toContain(`passphrase: ${content?.passphraseFile}\n`);
      expect(stdout).toContain(`path: ${content?.directories[0]}:`);
    }
  });

  it("leaves a program of somebody else alone", async () => {
    const { content, directory } = await installed();
    const path = await writeScript(join(directory, ".local", "bin", "pulumi"), "echo mine");
    const env = { HOME: directory, PATH: join(directory, ".local", "bin") };
    expect(await installWrapper(content, env)).toBeUndefined();
    expect(await readFile(path, "utf8")).toContain("echo mine");
  });

  it("has no place where nothing on the path is writable", async () => {
    const { content, directory } = await installed();
    expect(await installWrapper(content, { HOME: directory, PATH: "/usr/bin:/bin" })).toBeUndefined();
  });
});
