import { readFileSync } from "node:fs";

/**
 * Says how the log of a program in the background ends, for a message.
 *
 * @example
 * logEnd("/tmp/dockerd.log") // "Its log /tmp/dockerd.log ends with:\n  | Starting up\n  | no such driver"
 */
export function logEnd(file: string): string {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-10);
  return [`Its log ${file} ends with:`, ...lines].join("\n  | ");
}
