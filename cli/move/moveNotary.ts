import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../input/messageOf";
import { iguanaName } from "../../notary/names";
import type { Notary } from "../../notary/types";
import { carryOut } from "../edit/carryOut";
import { readStackFiles, requireHost, type StackFiles } from "../edit/stackFiles";
import { withRunningStack } from "../running/open";
import { agentStatus } from "./agentStatus";
import { requireDeployed, up } from "./deploy";
import { MoveProgress } from "./MoveProgress";
import { elsewhere } from "./notaryEdits";
import type { MoveOptions } from "./options";

const PATIENCE_SECONDS = 300;
const POLL_MILLISECONDS = 500;

/**
 * Moves a notary's Iguana. The old one has ended before a new one is made, and the lease holds the new one back while the
 * old one may still work. Its chains stay where they are.
 */
export async function moveNotary(
  files: StackFiles,
  notary: Notary,
  { to, stack }: MoveOptions,
): Promise<void> {
  requireHost(files, to);
  const { name, host: from } = notary;
  const progress = new MoveProgress(name);
  const isMoved = from === to;
  if (!isMoved) await requireDeployed(files.name);
  const stoppedAt = Date.now();
  if (isMoved) progress.step(`The config says host ${to} already. \`pulumi up\` follows.`);
  else {
    await withRunningStack(files.name, async ({ operations }) => {
      const { hosts } = await operations.look();
      const problem = hosts.find((host) => host.name === to)?.problem;
      if (problem !== undefined) throw new Error(problem);
      progress.say("Iguana is told to end");
      const { seconds } = await operations.stop({ host: from, workload: iguanaName(name) }, {});
      progress.step(`Iguana ended on host ${from} after ${seconds.toFixed(1)} s.`);
    });
    await carryOut(files, { config: elsewhere(files, notary, to), notes: [] }, { stack });
  }
  try {
    await up(files.name);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(
      `${why.replace(/\.$/, "")}.\nIguana of ${name} may be stopped. The config names host ${to}. The same command goes on, and so does \`pulumi up\`.`,
    );
  }
  await untilReady(name, to, progress, stack);
  const gone = ((Date.now() - stoppedAt) / 1000).toFixed(1);
  progress.step(
    isMoved
      ? `Iguana is ready on host ${to}.`
      : `Iguana is ready on host ${to}. There was none for ${gone} s.`,
  );
}

async function untilReady(
  name: string,
  to: string,
  progress: MoveProgress,
  stack: string | undefined,
): Promise<void> {
  const started = Date.now();
  const { stack: now } = readStackFiles(stack);
  const notary = now.notaries.find((each) => each.name === name);
  if (notary === undefined) throw new Error(`the stack has no notary ${name} any more`);
  await withRunningStack(stack, async ({ operations }) => {
    for (;;) {
      const status = await agentStatus(notary, operations);
      if (status?.iguana?.state === "ready") return;
      const passed = Math.round((Date.now() - started) / 1000);
      const why = [status?.iguana, status?.lease].map((each) => each?.detail ?? each?.state).join(", ");
      if (passed > PATIENCE_SECONDS)
        throw new Error(
          `Iguana is not ready on host ${to} after ${passed} s (${why}). Its agent's log says more.`,
        );
      progress.say(`Iguana is brought up on ${to}, ${passed} s: ${why}`);
      await sleep(POLL_MILLISECONDS);
    }
  });
}
