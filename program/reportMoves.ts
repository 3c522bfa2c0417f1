import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "../config/stack";
import type { Volumes } from "../platforms/run";
import type { LastRun } from "./lastRun";
import { type EmptyVolumes, findEmptyVolumes, findMoves } from "./moves";
import type { StackRun } from "./run";

/**
 * Warns of every chain that starts with an empty volume although it had another one, because the plan does not show
 * that it takes days to fill. It is called after the platforms have answered.
 */
export async function reportMoves(stack: Stack, run: StackRun, { outputs }: LastRun): Promise<void> {
  for (const { owner, symbol, from, to } of findMoves(stack, outputs)) {
    await pulumi.log.warn(
      `${symbol} of ${owner} moves from ${from} to ${to}: it starts with an empty volume there and syncs the ` +
        `whole chain again, unless \`dokomodo move ${symbol} --to ${to} --with-data\` has copied it. Its data stays on ` +
        `${from}, in the volume that it had.`,
    );
  }
  for (const { share, platformRun } of run.platforms) {
    const volumes = await platformRun.volumes();
    if (volumes === undefined) continue;
    for (const empty of findEmptyVolumes(stack, outputs, share.hosts, volumes)) {
      await pulumi.log.warn(describeEmpty(empty, volumes, outputs));
    }
  }
}

function describeEmpty(
  { owner, symbols, ranBefore, elsewhere }: EmptyVolumes,
  volumes: Volumes,
  outputs: LastRun["outputs"],
): string {
  return (
    `${symbols.join(", ")} of ${owner}: no volume in ${volumes.place}, so each starts with an empty one there and ` +
    `syncs the whole chain again. ${volumes.advice(elsewhere, ranBefore, outputs)}`
  );
}
