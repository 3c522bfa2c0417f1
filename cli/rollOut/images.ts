import { daemonDefaults } from "../../chains/daemons";
import { everyNode, type Stack } from "../../config/stack";
import { suggestion } from "../../input/nearest";
import { isRecord, type Path } from "../../input/source";
import { daemonName, iguanaName } from "../../notary/names";
import { deployedChains } from "../../notary/placement";

/** The name of Iguana beside those of daemons. */
export const IGUANA = "iguana";

/** A workload of a daemon or of Iguana, with its image as the files say. */
export interface ImageUse {
  readonly workload: string;
  readonly host: string;
  readonly image: string;
  /** The loopback port on which it takes calls. */
  readonly port: number;
}

type Nodes = Pick<Stack, "notaries" | "nodes">;

/** Every workload of a daemon, such as `komodod`, or of Iguana. */
export function usesOf(what: string, stack: Nodes): ImageUse[] {
  if (what === IGUANA) {
    return stack.notaries.map(({ name, host, iguana }) => ({
      workload: iguanaName(name),
      host,
      image: iguana.image,
      port: iguana.rpcPort,
    }));
  }
  return everyNode(stack).flatMap((node) =>
    deployedChains(node)
      .filter(({ chain }) => chain.daemon === what)
      .map(({ chain, host, daemon }) => ({
        workload: daemonName(node.name, chain.symbol),
        host,
        image: daemon.image,
        port: chain.rpcPort,
      })),
  );
}

/** Throws if the stack has no workload of the daemon or of Iguana. */
export function requireUsed(what: string, stack: Nodes): void {
  const daemons = everyNode(stack).flatMap((node) => deployedChains(node).map(({ chain }) => chain.daemon));
  const known = [...new Set(daemons)].sort();
  if (stack.notaries.length > 0) known.push(IGUANA);
  if (known.includes(what)) return;
  throw new Error(`the stack runs no ${what}${suggestion(what, known)}`);
}

/** The path of an image in a stack's config. */
export function imagePath(what: string): Path {
  return what === IGUANA ? ["dokomodo:iguana", "image"] : ["dokomodo:daemons", what, "image"];
}

/** The image that a stack's config states; undefined if it states none. */
export function statedImage(what: string, config: unknown): string | undefined {
  const found = imagePath(what).reduce<unknown>(
    (owner, key) => (isRecord(owner) ? owner[String(key)] : undefined),
    config,
  );
  return typeof found === "string" ? found : undefined;
}

/** The daemons for which a config states an image, and Iguana if it does so for it. */
export function namesWithImages(config: unknown): string[] {
  const daemons = isRecord(config) ? config["dokomodo:daemons"] : undefined;
  return [...Object.keys(isRecord(daemons) ? daemons : {}), IGUANA].filter(
    (what) => statedImage(what, config) !== undefined,
  );
}

/** Whether dokomodo knows an image for what has none in the config. */
export function hasUsualImage(what: string): boolean {
  return what !== IGUANA && daemonDefaults(what).image !== undefined;
}
