import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../input/messageOf";
import type { Operations } from "../../platforms/operations";
import { ONCE_FILE, VOLUME_FILE } from "../../runtime/onceFile";
import type { Tell } from "../terminal";
import { Collected } from "./Collected";
import { containerAt } from "./containers";
import { nowhere } from "./nowhere";
import type { Target } from "./targets";

/** What a daemon is told at one start: to read all blocks again, or to look through them for the wallet's coins. */
export type OnceWord = "-reindex" | "-rescan";

export interface AskOnceOptions {
  readonly signal: AbortSignal;
  readonly tell: Tell;
  /** Seconds in which the container has to run for a moment. */
  readonly seconds?: number | undefined;
}

/** A daemon with damaged blocks ends at once. The platform starts it again after a minute at most. */
const USUAL_SECONDS = 120;
const POLL_MILLISECONDS = 500;
const OTHER_RELEASE = 3;
const SCRIPT = `[ -r ${VOLUME_FILE} ] || exit ${OTHER_RELEASE}
read -r volume <${VOLUME_FILE} && printf '%s\\n' "$1" >"$volume/${ONCE_FILE}"`;

/**
 * Leaves a word for the next start of a daemon in its volume (runtime/entrypoint.sh). A container that ends and is
 * started again and again is tried until it runs for a moment.
 */
export async function leaveOnceWord(
  { title, container }: Target,
  word: OnceWord,
  operations: Operations,
  { signal, tell, seconds = USUAL_SECONDS }: AskOnceOptions,
): Promise<void> {
  const seen = containerAt((await operations.look()).containers, container);
  if (seen?.state === "stopped")
    throw new Error(`${title} is stopped; run \`dokomodo start ${title}\` first, and then this again`);
  const begin = Date.now();
  for (;;) {
    const errors = new Collected();
    const command = ["/bin/sh", "-c", SCRIPT, "sh", word];
    try {
      const code = await operations.exec(container, command, { output: nowhere(), errors, signal });
      if (code === 0) return;
      throw new Refused(
        code === OTHER_RELEASE ? ofOtherRelease(title) : cannotWrite(title, code, errors.text),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refused) throw error;
      const passed = Math.round((Date.now() - begin) / 1000);
      if (passed >= seconds)
        throw new Error(`${title}: nothing was changed. In ${seconds} s no command ran: ${messageOf(error)}`);
      tell(`${title}: waits for a moment in which its container runs, ${passed} s`, false);
      await sleep(POLL_MILLISECONDS, undefined, { signal });
    }
  }
}

class Refused extends Error {}

function ofOtherRelease(title: string): string {
  return (
    `${title}: its container is of an earlier release of dokomodo, which does not take this. Nothing was changed. ` +
    "Run `pulumi up`, which replaces it"
  );
}

function cannotWrite(title: string, code: number, said: string): string {
  const why = said.trim().slice(0, 300) || `the command ended with ${code}`;
  return `${title}: its volume cannot be written to, and nothing was changed: ${why}`;
}
