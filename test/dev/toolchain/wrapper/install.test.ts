import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { beforeEach, describe, expect, test } from "vitest";
import { isWrapper } from "../../../../dev/toolchain/executables";
import { installWrapper } from "../../../../dev/toolchain/wrapper/install";
import { writeScript } from "../scratch";
import { Checkouts } from "./checkouts";

describe("installing the wrapper", () => {
  let machine: Checkouts;
  let local: string;
  beforeEach(async () => {
    machine = await Checkouts.create();
    local = join(machine.directory, ".local", "bin");
    await mkdir(local, { recursive: true });
  });
  const env = () => ({ ...machine.env, PATH: `${local}:/usr/bin:/bin` });

  test("puts it once into the user's own directory, where that is on the path", async () => {
    const settings = await machine.add("it's a checkout");
    const path = join(local, "pulumi");
    expect(await installWrapper(settings, env())).toEqual({ path, changed: true });
    expect(await isWrapper(path)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o755);
    expect(await installWrapper(settings, env())).toEqual({ path, changed: false });
  });

  test("replaces the wrapper of an earlier release", async () => {
    const path = await writeScript(
      join(local, "pulumi"),
      "# Written by dokomodo's set-up, for typing\nexit 1",
    );
    expect(await installWrapper(await machine.add("it"), env())).toEqual({ path, changed: true });
  });

  test("leaves a program of somebody else alone", async () => {
    const path = await writeScript(join(local, "pulumi"), "echo mine");
    expect(await installWrapper(await machine.add("it"), env())).toBeUndefined();
    expect(await readFile(path, "utf8")).toContain("echo mine");
  });

  test("has no place where nothing on the path is writable", async () => {
    const settings = await machine.add("it");
    expect(await installWrapper(settings, { ...env(), PATH: "/usr/bin:/bin" })).toBeUndefined();
  });

  describe("makes a pulumi that", () => {
    const run = (args: string[], cwd: string, input = "") =>
      execa(join(local, "pulumi"), args, {
        cwd,
        env: { ...env(), PATH: `${env().PATH}:${dirname(process.execPath)}` },
        extendEnv: false,
        input,
        reject: false,
      });

    test("becomes the engine, with its arguments, input, environment and exit code", async () => {
      const settings = await machine.add("it's a checkout");
      await installWrapper(settings, env());
      await machine.select(settings.checkout, "dev");
      const args = ["up", "--yes", "two words", "$HOME `id`", "it's"];
      const { stdout, stderr, exitCode } = await run(args, settings.checkout, "said\n");
      expect(stderr).toBe("");
      expect(exitCode).toBe(3);
      expect(stdout.split("\n")).toEqual([
        `engine: ${settings.engine}`,
        "arguments: up --yes two words $HOME `id` it's",
        `passphrase: ${settings.passphraseFile}`,
        "acquire: true",
        expect.stringContaining(`path: ${settings.directories[0]}:${local}:`),
        "input: said",
      ]);
    });

    test("leaves no process between a signal and the engine", async () => {
      const settings = await machine.add("it");
      await writeScript(settings.engine, "echo $$");
      await installWrapper(settings, env());
      const started = run(["up"], settings.checkout);
      expect((await started).stdout).toBe(`${started.pid}`);
    });

    test("serves each checkout with its own engine, whichever was set up last", async () => {
      const first = await machine.add("first");
      const second = await machine.add("second");
      for (const settings of [second, first]) await installWrapper(settings, env());
      for (const { checkout, engine } of [first, second]) {
        expect((await run(["version"], checkout)).stdout).toContain(`engine: ${engine}\n`);
      }
    });

    test("says what to do when the engine, or the cache, is gone", async () => {
      const settings = await machine.add("it's a checkout");
      await installWrapper(settings, env());
      const remedy = `is gone. Run \`npm run up\` in ${settings.checkout} again.`;
      for (const gone of [settings.engine, machine.cache]) {
        await rm(gone, { recursive: true });
        const { exitCode, stderr, stdout } = await run(["up"], settings.checkout);
        expect([exitCode, stdout]).toEqual([127, ""]);
        expect(stderr).toContain(gone);
        expect(stderr).toContain(remedy);
      }
    });
  });
});
