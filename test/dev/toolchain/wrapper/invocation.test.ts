import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { invocation } from "../../../../dev/toolchain/wrapper/invocation";
import { type CheckoutSettings, settingsFile } from "../../../../dev/toolchain/wrapper/settings";
import { Checkouts } from "./checkouts";

describe("pulumi, typed by hand", () => {
  let machine: Checkouts;
  let own: CheckoutSettings;
  beforeEach(async () => {
    machine = await Checkouts.create();
    own = await machine.add("it's a checkout");
    await machine.setUp(own);
  });

  const type = (args: string | string[], env: NodeJS.ProcessEnv = {}, directory = own.checkout) =>
    invocation(typeof args === "string" ? args.split(" ") : args, {
      folder: machine.folder,
      directory,
      env: { ...machine.env, ...env },
    });
  const passphrase = (...typed: Parameters<typeof type>) =>
    type(...typed).env["PULUMI_CONFIG_PASSPHRASE_FILE"];

  test.each([
    ["up", "dev", {}],
    ["up --stack dev", "east", {}],
    ["preview -s organization/dokomodo/dev", "east", {}],
    ["preview --stack=dev", undefined, {}],
    ["stack init dev", undefined, {}],
    ["--non-interactive stack select --create -s dev", undefined, {}],
    ["config set --secret key east", "dev", {}],
    ["up", "organization/dokomodo/dev", {}],
    ["up", "east", { PULUMI_STACK: "dev" }],
  ])("knows the development stack's passphrase: %s, with %s selected", async (args, selected, env) => {
    if (selected !== undefined) await machine.select(own.checkout, selected);
    expect(passphrase(args, env)).toBe(own.passphraseFile);
  });

  test.each([
    ["up", "east", {}],
    ["up", undefined, {}],
    ["up --stack east", "dev", {}],
    ["config set --secret -s east key value", "dev", {}],
    ["stack init east", "dev", {}],
    ["stack new east", "dev", {}],
    ["stack init", "dev", { PULUMI_STACK: "dev" }],
    ["stack init east --copy-config-from dev", "dev", {}],
    ["stack select", "dev", {}],
    ["-C . stack select --create east", "dev", {}],
    ["-v 9 stack new east", "dev", {}],
    ["new --force", "dev", {}],
    ["up", "dev", { PULUMI_STACK: "east" }],
    ["up", "dev", { PULUMI_CONFIG_PASSPHRASE: "" }],
    ["up", "dev", { PULUMI_CONFIG_PASSPHRASE_FILE: undefined, PULUMI_CONFIG_PASSPHRASE: "own" }],
  ])(
    "gives it to no other stack, and to nobody who has one: %s, with %s selected",
    async (args, selected, env) => {
      if (selected !== undefined) await machine.select(own.checkout, selected);
      expect(passphrase(args, env)).toBeUndefined();
    },
  );

  test("gives it to no other project, wherever that is", async () => {
    for (const folder of ["somebody else's", "it's a checkout/example"]) {
      const project = await machine.addProject(folder);
      await machine.select(project, "dev");
      expect(passphrase("up", {}, project)).toBeUndefined();
      expect(passphrase("up --stack dev", {}, project)).toBeUndefined();
      expect(passphrase(["-C", project, "up"])).toBeUndefined();
    }
    await machine.select(own.checkout, "dev");
    expect(passphrase(["up", "--cwd", own.checkout], {}, machine.directory)).toBe(own.passphraseFile);
  });

  test("finds the project around the directory, as Pulumi does, also by a link", async () => {
    const link = join(machine.directory, "a link");
    await symlink(own.checkout, link);
    await machine.select(link, "dev");
    const inside = join(own.checkout, "test");
    expect(passphrase("up", { PWD: join(link, "test") }, inside)).toBe(own.passphraseFile);
    expect(passphrase("up", { PWD: machine.directory }, inside)).toBeUndefined();
    await machine.select(own.checkout, "dev");
    expect(passphrase("up", {}, inside)).toBe(own.passphraseFile);
  });

  test("serves each checkout with its own engine, the innermost first, and all others with the last", async () => {
    const second = await machine.add("a second");
    const inner = await machine.add("a second/one in it");
    for (const settings of [inner, { ...own, preparedAt: 10 }, second]) await machine.setUp(settings);
    for (const { checkout, engine, directories } of [own, second, inner]) {
      const typed = type("version", {}, join(checkout, "test"));
      expect(typed.engine).toBe(engine);
      expect(typed.env["PATH"]).toBe(`${directories[0]}:/usr/bin:/bin`);
    }
    expect(type("version", {}, machine.directory).engine).toBe(own.engine);
    expect(type("version", {}, `${own.checkout} beside it`).engine).toBe(own.engine);
  });

  test("lets the engine download plugins where none is stood in for, and keeps what the person set", async () => {
    expect(type("up").env).toMatchObject({
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
    await machine.setUp({ ...own, offline: false });
    const { env } = type("up", { PULUMI_SKIP_UPDATE_CHECK: "false" });
    expect(env["PULUMI_SKIP_UPDATE_CHECK"]).toBe("false");
    expect(env).not.toHaveProperty("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION");
  });

  test("says what to do where the engine is gone, or no checkout was set up", async () => {
    await rm(own.engine);
    expect(() => type("up")).toThrow(`${own.engine} is gone. Run \`npm run up\` in ${own.checkout} again.`);
    await rm(machine.folder, { recursive: true });
    expect(() => type("up")).toThrow("Run `npm run up` in a checkout");
  });

  test("leaves out settings that another release wrote", async () => {
    const second = await machine.add("a second");
    await machine.setUp(second);
    const file = join(machine.folder, settingsFile(own.checkout));
    for (const text of ['{ "checkout": 3 }', "{ cut"]) {
      await writeFile(file, text);
      expect(type("up").engine).toBe(second.engine);
    }
  });
});
