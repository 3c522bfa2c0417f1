import { readFileSync } from "node:fs";
import { join } from "node:path";

const files = new Map<string, string>();

/** The text of a file of runtime/, read once for all workloads. */
export function runtimeFile(
  name: "agent.cjs" | "entrypoint.sh" | "pause.sh" | "restarter.cjs" | "witness.cjs",
): string {
  let text = files.get(name);
  if (text === undefined) {
    text = readFileSync(join(__dirname, "..", "runtime", name), "utf8");
    files.set(name, text);
  }
  return text;
}
