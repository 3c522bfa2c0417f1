import type { StackFiles } from "../edit/stackFiles";
import { carefulUp, type Setting, withSettings } from "./carefulUp";
import { IGUANA, type ImageUse, imagePath, usesOf } from "./images";
import { type CarefulOptions, rollOutOf } from "./options";
import { lookAt } from "./running";

/** Images that a stack's config is to state, keyed by the daemon or `iguana`; undefined for one that it states no more. */
export type NewImages = ReadonlyMap<string, string | undefined>;

/** Gives daemons or Iguana other images in the careful way. */
export async function changeImages(
  from: StackFiles,
  images: NewImages,
  { yes, ...options }: CarefulOptions,
  wayBack: string,
): Promise<void> {
  const settings = [...images].map(
    ([what, value]): Setting => ({ path: ["config", ...imagePath(what)], value }),
  );
  const { text, stack } = withSettings(from, settings);
  const names = [...images.keys()];
  const before = names.flatMap((what) => usesOf(what, from.stack));
  const after = names.flatMap((what) => usesOf(what, stack));
  const changed = after.filter(({ workload, image }) => imageOf(workload, before) !== image);
  // Without a change in the file, an earlier run may have left some of them.
  const meant = text === from.text ? after : changed;
  if (text === from.text) await refuseBroken(from, meant, wayBack);
  await carefulUp(
    {
      from,
      text,
      rollOut: rollOutOf(options),
      lines: [
        ...(text === from.text
          ? [`${from.file} says this already. What an earlier up left is done now.`]
          : []),
        ...meant.map(({ workload, host, image }) => {
          const old = imageOf(workload, before);
          const now = `${workload} (host ${host})`;
          return old === image ? `${now}: ${image}` : `${now}: ${old} -> ${image}`;
        }),
        ...keptLines(after, changed, text !== from.text),
      ],
      look: () => lookAt(from.name, meant),
      wayBack,
      done: `${names.join(" and ")}: ${countOf(meant)} in the new image, and all take calls.`,
    },
    yes === true,
  );
}

/**
 * Throws if one of the workloads has the new image already and takes no calls. To Pulumi it is done, and the next one would
 * be replaced.
 */
async function refuseBroken({ name }: StackFiles, uses: readonly ImageUse[], wayBack: string): Promise<void> {
  const broken = (await lookAt(name, uses)).filter(({ hasImage, takesCalls }) => hasImage && !takesCalls);
  if (broken.length === 0) return;
  const lines = broken.map(({ line }) => line);
  const why =
    "Nothing was changed, because the next workload would come to the same end. Remove the cause first.";
  throw new Error([...lines, `${why} ${wayBack}`].join("\n"));
}

function imageOf(workload: string, uses: readonly ImageUse[]): string | undefined {
  return uses.find((use) => use.workload === workload)?.image;
}

function keptLines(after: readonly ImageUse[], changed: readonly ImageUse[], isChange: boolean): string[] {
  const kept = isChange ? after.filter((use) => !changed.includes(use)) : [];
  return kept.map(
    ({ workload, image }) => `${workload} stays: an image of its own is stated for it, ${image}`,
  );
}

function countOf({ length }: readonly ImageUse[]): string {
  return length === 1 ? "1 workload runs" : `${length} workloads run`;
}

/** How a person goes back after a change of these images. */
export function wayBackOf(names: readonly string[], stack: string): string {
  const what = names.length === 1 ? ` ${names[0]}` : "";
  return `\`dokomodo rollback${what} --stack ${stack}\` goes back to what ran before.`;
}

/** For people: `Iguana`, `komodod`. */
export function titleOf(what: string): string {
  return what === IGUANA ? "Iguana" : what;
}
