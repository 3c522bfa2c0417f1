import { mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { preparePulumi } from "../../dev/toolchain/pulumiEnvironment";
import { installWrapper } from "../../dev/toolchain/wrapper/install";
import { scratch } from "../dev/toolchain/scratch";

test("opens the development stack to a typed pulumi, and creates no other stack under its passphrase", async () => {
  const directory = await realpath(await scratch());
  const checkout = join(directory, "checkout");
  const bin = join(directory, ".local", "bin");
  for (const folder of [checkout, bin, join(directory, "state")]) await mkdir(folder, { recursive: true });
  await writeFile(join(checkout, "Pulumi.yaml"), "name: trial\nruntime: nodejs\n");
  await writeFile(join(directory, "passphrase"), "public");

  const engine = await preparePulumi({ byHand: false });
  const env = {
    HOME: directory,
    PATH: `${bin}:/usr/bin:/bin:${dirname(process.execPath)}`,
    DOKOMODO_CACHE: join(directory, "cache"),
    PULUMI_HOME: join(directory, "home"),
    PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
  };
  const wrapper = await installWrapper(
    {
      checkout,
      engine: engine.pulumi,
      directories: [],
      offline: true,
      stack: "dev",
      passphraseFile: join(directory, "passphrase"),
      preparedAt: 0,
    },
    env,
  );
  const pulumi = async (line: string, own: Readonly<Record<string, string>> = {}) => {
    const { exitCode, all } = await execa(wrapper?.path ?? "", [...line.split(" "), "--non-interactive"], {
      cwd: checkout,
      env: { ...env, ...own },
      extendEnv: false,
      reject: false,
      all: true,
    });
    return { exitCode, text: all };
  };
  const succeeds = { exitCode: 0, text: expect.not.stringContaining("error:") };
  const lacksPassphrase = { exitCode: 1, text: expect.stringContaining("passphrase must be set") };

  expect(await pulumi("stack init dev")).toMatchObject(succeeds);
  expect(await pulumi("config set --secret key value")).toMatchObject(succeeds);
  expect(await pulumi("config get key")).toMatchObject({ ...succeeds, text: "value" });
  for (const creation of ["stack new east", "stack init east", "-v 1 stack select --create east"]) {
    expect(await pulumi(creation)).toMatchObject(lacksPassphrase);
  }
  const theirs = { PULUMI_CONFIG_PASSPHRASE: "their own" };
  expect(await pulumi("stack new east", theirs)).toMatchObject(succeeds);
  expect(await pulumi("config set --secret key value", theirs)).toMatchObject(succeeds);
  expect(await pulumi("config get key")).toMatchObject(lacksPassphrase);
  expect(await pulumi("config get key --stack dev")).toMatchObject({ ...succeeds, text: "value" });
});
