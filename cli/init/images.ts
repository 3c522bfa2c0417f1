import type { Chain } from "../../chains/chain";
import { type DaemonTable, daemonDefaults } from "../../chains/daemons";
import { messageOf } from "../../input/messageOf";
import { suggestion } from "../../input/nearest";
import { ProblemsError } from "../../input/problem";
import { DEFAULT_IMAGES } from "../../notary/defaultImages";
import { type ImageReference, isCopyOf, parseReference, tagged } from "../../platforms/imageReference";
import type { Found, Lookup } from "../images/lookup";

/** An image that a new stack needs. */
export interface WantedImage {
  /** Who runs in it: `proxy`, `agent`, `iguana`, or a daemon's name. */
  readonly owner: string;
  readonly reference: ImageReference;
  /** The entry point of a daemon whose image is not known to dokomodo. */
  readonly command?: readonly string[] | undefined;
}

/** An image as it is written into the stack's file. */
export interface SettledImage {
  readonly owner: string;
  /** With its digest. */
  readonly text: string;
  readonly command?: WantedImage["command"];
  /** Why the digest was not checked; absent if a registry has it. */
  readonly unchecked?: string | undefined;
}

/** What decides which images a stack needs. */
export interface ImageWishes {
  readonly chains: readonly Chain[];
  /** The key `daemons` of the list of chains. */
  readonly listed: DaemonTable;
  /** References by owner, which take the place of the defaults. */
  readonly stated: ReadonlyMap<string, string>;
  /** Iguana's image, if the stack has a notary. */
  readonly iguana: string | undefined;
}

/** The images that a stack needs. Throws with all that are not known, that are no references, or that nobody needs. */
export function wantedImages({ chains, listed, stated, iguana }: ImageWishes): WantedImage[] {
  const deployed = chains.filter(({ url, image }) => url === undefined && image === undefined);
  const daemons = [...new Set(deployed.map(({ daemon }) => daemon))];
  const texts = new Map<string, string | undefined>(Object.entries(DEFAULT_IMAGES));
  for (const daemon of daemons) texts.set(daemon, daemonDefaults(daemon, listed).image);
  const problems: { message: string }[] = [];
  for (const [owner, text] of stated) {
    const message = `--image names ${owner}, which this stack does not have${suggestion(owner, [...texts.keys()])}`;
    if (!texts.has(owner)) problems.push({ message });
    texts.set(owner, text);
  }
  if (iguana !== undefined) texts.set("iguana", iguana);
  const wanted = [...texts].flatMap(([owner, text]) => {
    if (text === undefined) {
      const symbols = deployed.filter(({ daemon }) => daemon === owner).map(({ symbol }) => symbol);
      problems.push({
        message: `no image of ${owner} is known, which runs ${symbols.join(", ")}: build one (docs/guide/sync.md says what it has to have) and give it with --image ${owner}=<image>@sha256:<digest>`,
      });
      return [];
    }
    const reference = parseReference(text);
    if (reference !== undefined)
      return [{ owner, reference, command: commandIn(owner, text, daemons, listed) }];
    problems.push({
      message: `the image of ${owner} is ${text}, which is no image's name; write it as registry.example/name:tag@sha256:<64 hex digits>`,
    });
    return [];
  });
  if (problems.length > 0) throw new ProblemsError(problems, "nothing was written");
  return wanted;
}

/** What starts a daemon in an image that a person names, if its own defaults do not say it (config/resolve/daemons.ts). */
function commandIn(owner: string, image: string, daemons: readonly string[], listed: DaemonTable) {
  if (!daemons.includes(owner) || isCopyOf(image, daemonDefaults(owner, listed).image)) return undefined;
  return [owner];
}

/**
 * Looks up the digests of images that have none, and checks the others where their registry answers. Throws with all
 * images whose digest cannot be had, or whose registry does not have them.
 * @param connect opens the way to the registries; it may throw if there is none
 */
export async function settleImages(
  wanted: readonly WantedImage[],
  connect: () => Promise<Lookup>,
): Promise<SettledImage[]> {
  const noWay = (error: unknown): Lookup => {
    const reason = messageOf(error);
    return async () => ({ kind: "other", reason });
  };
  const look = await connect().catch(noWay);
  const answers = await Promise.all(
    wanted.map(async (image) => ({ image, found: await look(image.reference) })),
  );
  const problems = answers.flatMap(({ image, found }) => problemsOf(image, found));
  if (problems.length > 0) throw new ProblemsError(problems, "nothing was written");
  return answers.map(({ image: { owner, reference, command }, found }) => {
    const digest = reference.digest ?? ("digest" in found ? found.digest : "");
    const tag =
      reference.tag === undefined && reference.digest !== undefined ? reference.name : tagged(reference);
    const unchecked = "reason" in found ? found.reason : undefined;
    return { owner, text: `${tag}@${digest}`, command, unchecked };
  });
}

function problemsOf({ owner, reference }: WantedImage, found: Found): { message: string }[] {
  if ("digest" in found) return [];
  const option = owner === "iguana" ? "--iguana-image " : `--image ${owner}=`;
  const remedy = `state the image with a digest that you trust, as ${option}${tagged(reference)}@sha256:<64 hex digits>`;
  if (reference.digest === undefined) {
    return [{ message: `the digest of ${owner}'s image is not known: ${found.reason}; ${remedy}` }];
  }
  return found.kind === "missing" ? [{ message: `the image of ${owner}: ${found.reason}; ${remedy}` }] : [];
}
