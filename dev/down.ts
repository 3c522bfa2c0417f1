import { Command } from "commander";
import { messageOf } from "../input/messageOf";
import { DEVELOPMENT_STACK, pulumi, say, selectStack } from "./stack";
import { prepareDocker } from "./toolchain/dockerEngine";
import { preparePulumi } from "./toolchain/pulumiEnvironment";

const VOLUME_FILTER = `label=dokomodo.stack=${DEVELOPMENT_STACK}`;

async function down({ purge }: { purge: boolean }): Promise<void> {
  await prepareDocker();
  const stack = await selectStack(await preparePulumi());
  if (purge) await announce();
  else say("Stopping the daemons, which may take some time, and removing the containers. The volumes stay.");
  if (!(await pulumi(stack, ["destroy", "--yes", "--skip-preview"]))) {
    say("Not everything could be removed. Pulumi says above what is wrong. Correct that and run this again.");
    process.exitCode = 1;
    return;
  }
  if (purge) {
    const volumes = await listVolumes();
    const { execa } = await import("execa");
    if (volumes.length > 0) await execa("docker", ["volume", "rm", ...volumes]);
    await pulumi(stack, ["stack", "rm", "--yes", "--preserve-config"]);
    say(`Deleted ${volumes.length} volumes and the stack's state.`);
  } else {
    const volumes = await listVolumes();
    say(`Kept ${volumes.length} volumes: ${volumes.join(", ")}`);
    say("`npm run up` uses them again. `npm run down -- --purge` deletes them.");
  }
}

async function announce(): Promise<void> {
  const volumes = await listVolumes();
  say("This deletes for good:");
  say(`  the containers and the network of stack ${DEVELOPMENT_STACK}`);
  for (const volume of volumes) say(`  volume ${volume}, with its chain and its wallet`);
  say(`  the state of stack ${DEVELOPMENT_STACK}, with its passwords and certificates`);
  say("The images dokomodo-testbed/* and the cache of set-up stay (docs/internals/testbed.md, set-up).");
  say("The volume dokomodo-leases stays, because all stacks on this host share it.");
}

async function listVolumes(): Promise<string[]> {
  const { execa } = await import("execa");
  const { stdout } = await execa("docker", ["volume", "ls", "--quiet", "--filter", VOLUME_FILTER]);
  return stdout.split("\n").filter((name) => name !== "");
}

new Command("npm run down --")
  .description("Removes the development stack's containers and keeps its volumes.")
  .option("--purge", "delete the volumes and the stack's state as well", false)
  .action(down)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  });
