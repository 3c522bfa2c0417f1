import { execa } from "execa";
import { expect } from "vitest";
import { z } from "zod";
import { quietHome } from "../../dev/scenes/quietHome";
import { preparePulumi } from "../../dev/toolchain/pulumiEnvironment";

const PASSPHRASE = "a phrase of somebody else's";
const plan = z.object({ steps: z.array(z.object({ op: z.string(), urn: z.string() })) });

/** A stack of the program of docs/example, wherever it lies, with its state beside it. */
export class ExampleStack {
  private constructor(
    private readonly folder: string,
    private readonly cli: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Makes the stack and gives it its passphrase. `env` is for the program, too. */
  static async create(folder: string, env: Readonly<Record<string, string>> = {}): Promise<ExampleStack> {
    const engine = await preparePulumi({ byHand: false });
    const stack = new ExampleStack(folder, engine.pulumi, {
      ...engine.env,
      ...env,
      PULUMI_HOME: quietHome(folder),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "a test",
    });
    await stack.pulumi(["stack", "init", "test"]);
    await stack.pulumi(["config", "set", "--secret", "passphrase"], PASSPHRASE);
    return stack;
  }

  async expectNotary(): Promise<void> {
    const { steps } = plan.parse(JSON.parse(await this.pulumi(["preview", "--json"])));
    const names = steps.map(({ urn }) => urn.split("::").at(-1));
    expect(new Set(steps.map(({ op }) => op))).toEqual(new Set(["create"]));
    expect(names).toEqual(
      expect.arrayContaining(["mine", "mine-kmd", "mine-ltc", "mine-mdx", "mine-iguana", "mine-mdx-data"]),
    );
  }

  async expectPublicKeyAlone(): Promise<void> {
    const text = await this.pulumi(["preview"]);
    expect(text).toMatch(/publicKey: "0[23][0-9a-f]{64}"/);
    expect(text).not.toContain(PASSPHRASE);
  }

  private async pulumi(args: readonly string[], input = ""): Promise<string> {
    const { stdout } = await execa(this.cli, [...args, "--non-interactive"], {
      cwd: this.folder,
      env: this.env,
      input,
    });
    return stdout;
  }
}
