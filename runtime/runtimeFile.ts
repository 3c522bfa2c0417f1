import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The files that are uploaded to containers: their name in the container, and their place in this folder. */
const FILES = {
  "agent.cjs": "bundles/agent.cjs",
  "provision.cjs": "bundles/provision.cjs",
  "filter.cjs": "bundles/filter.cjs",
  "restarter.cjs": "bundles/restarter.cjs",
  "transfer.cjs": "bundles/transfer.cjs",
  "witness.cjs": "bundles/witness.cjs",
  "backup.sh": "backup.sh",
  "entrypoint.sh": "entrypoint.sh",
  "pause.sh": "pause.sh",
} as const;

const texts = new Map<string, string>();

/** The text of a file that a container gets. It is read once for all workloads. */
export function runtimeFile(name: keyof typeof FILES): string {
  let text = texts.get(name);
  if (text === undefined) {
    text = readFileSync(join(__dirname, FILES[name]), "utf8");
    texts.set(name, text);
  }
  return text;
}
