import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { preparePulumi } from "../../dev/toolchain/pulumiEnvironment";

const PROJECT = join(__dirname, "..", "..");
const PASSPHRASE = "a phrase of somebody else's";

describe("somebody else's program, docs/example", () => {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-example-"));
  let pulumi: (args: readonly string[], input?: string) => Promise<string>;

  beforeAll(async () => {
    cpSync(join(PROJECT, "docs/example/Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    symlinkSync(join(PROJECT, "docs/example/index.ts"), join(folder, "index.ts"));
    symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
    const { execa } = await import("execa");
    const engine = await preparePulumi({ byHand: false });
    const env = { ...engine.env, PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "a test" };
    pulumi = async (args, input = "") => {
      const { stdout } = await execa(engine.pulumi, [...args, "--non-interactive"], {
        cwd: folder,
        env,
        input,
      });
      return stdout;
    };
    await pulumi(["stack", "init", "test"]);
    await pulumi(["config", "set", "--secret", "passphrase"], PASSPHRASE);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("previews a notary with its chains, under parents of its own", async () => {
    const plan = JSON.parse(await pulumi(["preview", "--json"]));
    const steps: { op: string; urn: string }[] = plan.steps;
    const names = steps.map(({ urn }) => urn.split("::").at(-1));
    expect(new Set(steps.map(({ op }) => op))).toEqual(new Set(["create"]));
    expect(names).toEqual(
      expect.arrayContaining(["mine", "mine-kmd", "mine-ltc", "mine-mdx", "mine-iguana", "mine-mdx-data"]),
    );
  });

  test("shows the public key and not the passphrase", async () => {
    const text = await pulumi(["preview"]);
    expect(text).toMatch(/publicKey: "0[23][0-9a-f]{64}"/);
    expect(text).not.toContain(PASSPHRASE);
  });
});
