import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { PulumiEnvironment } from "../toolchain/pulumiEnvironment";

/** One line that says on which machine and with which versions the figures were taken. */
export async function describeMachine(engine: PulumiEnvironment): Promise<string> {
  const { execa } = await import("execa");
  const { stdout: cli } = await execa(engine.pulumi, ["version"]);
  const { version: sdk } = JSON.parse(
    readFileSync(join(__dirname, "../../node_modules/@pulumi/pulumi/package.json"), "utf8"),
  );
  const cores = cpus();
  const plugins = engine.offline.length === 0 ? "Pulumi's plugins" : "offline stand-ins for Pulumi's plugins";
  return [
    new Date().toISOString().slice(0, 10),
    `${cores.length} cores (${cores[0]?.model.trim() ?? "unknown"})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Node ${process.version}`,
    `Pulumi ${cli.trim()}, SDK ${sdk}`,
    plugins,
  ].join(", ");
}
