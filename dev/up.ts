import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../input/messageOf";
import { prepareImages } from "./images/images";
import { step } from "./progress";
import { DEVELOPMENT_STACK, pulumi, say, selectStack } from "./stack";
import { type AgentStatus, formatStatus, isWhole, readStatus } from "./status";
import { prepareDocker } from "./toolchain/dockerEngine";
import { preparePulumi } from "./toolchain/pulumiEnvironment";

const NOTARY = "east";
const BRING_UP_SECONDS = 180;

async function up(): Promise<void> {
  // The engine and the images are built at the same time, because they load different parts of the machine.
  const [engine] = await Promise.all([preparePulumi(), prepareDocker().then(prepareImages)]);
  const stack = await selectStack(engine);
  // Somebody may have removed a container or stopped it by hand.
  if (!(await pulumi(stack, ["up", "--yes", "--skip-preview", "--refresh"]))) {
    say(
      "Not everything came up. Pulumi says above what is wrong. Correct that and run this again: what is up stays up.",
    );
    process.exitCode = 1;
    return;
  }
  const status = await untilWhole();
  if (status !== undefined) say(`\n${formatStatus(NOTARY, status)}`);
  say(HOW_TO_LOOK);
  if (status !== undefined && isWhole(status)) return;
  say(
    `Iguana does not see every chain yet. This shows what it waits for: docker logs ${NOTARY}-iguana-agent`,
  );
  process.exitCode = 1;
}

/**
 * Waits until Iguana sees every chain at its daemon's height. Returns its last status, whole or not, and undefined
 * where the agent never answered.
 */
async function untilWhole(): Promise<AgentStatus | undefined> {
  const first = await readStatus(NOTARY);
  if (first !== undefined && isWhole(first)) return first;
  return step("Bringing Iguana up on its chains", async () => {
    const deadline = Date.now() + BRING_UP_SECONDS * 1000;
    let status = first;
    while (Date.now() < deadline) {
      status = (await readStatus(NOTARY)) ?? status;
      if (status !== undefined && isWhole(status)) break;
      await sleep(1000);
    }
    return status;
  });
}

const HOW_TO_LOOK = `
  docker ps --filter label=dokomodo.stack=${DEVELOPMENT_STACK}        what runs
  docker logs -f ${NOTARY}-iguana-agent                     what the agent does
  docker logs -f ${NOTARY}-beer                             what a daemon says
  docker exec ${NOTARY}-iguana-agent node /run/dokomodo/agent/agent.cjs status   this table, as JSON
  pulumi preview                                     what a change would do
  npm run down                                       stop everything and keep the volumes
`;

up().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
