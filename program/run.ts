import { everyNode, networksOf, type Stack } from "../config/stack";
import { imagesOfAll } from "../notary/images";
import { needsOn } from "../notary/provisions";
import type { PlatformShare } from "../platforms/definition";
import { NOTHING_PLANNED } from "../platforms/hostMemory";
import { plannedMemory } from "../platforms/plannedMemory";
import type { PlatformRun } from "../platforms/run";

/** One run of the program, on every platform that the stack has hosts on. */
export interface StackRun {
  /** The name that the stack was first brought up under. */
  readonly stackName: string;
  readonly platforms: readonly {
    readonly share: PlatformShare;
    readonly platformRun: PlatformRun;
  }[];
}

/** Loads the platforms that the stack has hosts on, and no others. */
export async function openRun(stack: Stack, stackName: string): Promise<StackRun> {
  const { development, images, registries, rollOut, shares, downloads } = stack;
  const networks = networksOf(stack);
  const memory = plannedMemory(networks, shares.all);
  const platforms = shares.all.map(async (share) => {
    const brought = {
      proxy: images.proxy,
      restarter: share.hasRestarter ? images.agent : undefined,
    };
    const platformRun = await share.open({
      stackName,
      development,
      proxyImage: images.proxy,
      nodeImage: images.agent,
      registries,
      rollOutSeconds: rollOut.seconds,
      downloadPlaces: downloads,
      memory: (host) => memory.get(host) ?? NOTHING_PLANNED,
      needs: (host) => needsOn(host, everyNode(stack)),
      images: (host) => imagesOfAll(host, everyNode(stack), brought),
    });
    return { share, platformRun };
  });
  return { stackName, platforms: await Promise.all(platforms) };
}
