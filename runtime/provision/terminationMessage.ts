import { writeFileSync } from "node:fs";
import type { ProvisionPlan } from "./plan";

/**
 * The kubelet keeps 12 KiB for all containers of a pod, in equal shares, and cuts off what is longer
 * (docs/internals/engines.md, termination messages). The pod of a daemon has three containers. This is the share of
 * four, because some clusters add one.
 */
export const MOST_BYTES = 3072;

/** Writes what failed to the file of which the kubelet makes the container's termination message. */
export function writeTerminationMessage(
  { terminationMessage }: ProvisionPlan,
  failed: readonly string[],
): void {
  if (terminationMessage === undefined) return;
  try {
    writeFileSync(terminationMessage, shortened(failed, MOST_BYTES));
  } catch {
    // The failures are in the log as well, and the kubelet takes its end if this file is empty.
  }
}

/**
 * The failures, one on each line, in at most so many bytes. Where they are more, whole ones are left out at the end and
 * counted. A first one that is too long itself has its first sentences.
 */
export function shortened(failed: readonly string[], bytes: number): string {
  const all = failed.join("\n");
  if (fits(all, bytes)) return all;
  for (let kept = failed.length - 1; kept > 0; kept--) {
    const text = [...failed.slice(0, kept), rest(failed.length - kept)].join("\n");
    if (fits(text, bytes)) return text;
  }
  const [first = "", ...others] = failed;
  return sentencesOf(first, others.length === 0 ? IN_LOG : rest(others.length), bytes);
}

const IN_LOG = "The log of this container says more.";

function rest(count: number): string {
  return `And ${count} more. ${IN_LOG}`;
}

/** As many sentences as fit, and what ends the text. A sentence that is too long itself is cut. */
function sentencesOf(text: string, end: string, bytes: number): string {
  const sentences = text.split(/(?<=\.) (?=\S)/);
  for (let kept = sentences.length - 1; kept > 0; kept--) {
    const shorter = `${sentences.slice(0, kept).join(" ")}\n${end}`;
    if (fits(shorter, bytes)) return shorter;
  }
  const room = Math.max(0, bytes - Buffer.byteLength(`…\n${end}`));
  // The place may be within a character, which is then left out.
  const cut = new TextDecoder().decode(Buffer.from(sentences[0] ?? "").subarray(0, room), { stream: true });
  return `${cut}…\n${end}`;
}

function fits(text: string, bytes: number): boolean {
  return Buffer.byteLength(text) <= bytes;
}
