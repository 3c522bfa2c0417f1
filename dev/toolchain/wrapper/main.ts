import { invocation } from "./invocation";
import { quote } from "./shell";

/**
 * Runs at every `pulumi` that a person types, before the engine does. Its arguments are the folder of all checkouts'
 * settings and those of `pulumi`. It prints shell lines that set the environment and become the engine.
 */
function main(): void {
  const [folder = "", ...args] = process.argv.slice(2);
  const { engine, env } = invocation(args, { folder, directory: process.cwd(), env: process.env });
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`);
  process.stdout.write(`export ${variables.join(" ")}\nexec ${quote(engine)} "$@"\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`pulumi: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 127;
}
