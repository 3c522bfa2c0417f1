import type { Update } from "./history";
import type { NewImages } from "./imageChange";
import { hasUsualImage, imagePath, namesWithImages, statedImage } from "./images";

/** What an earlier update had in the place of images of a config. */
export interface ImagesBefore {
  /** When that update ended, in RFC 3339. */
  readonly at: string;
  readonly images: NewImages;
}

/**
 * Finds the last update with another image than the config has now. Returns the images of that update that differ;
 * undefined if there is no such update.
 * @param config the config as the stack's file has it
 * @param updates the latest first
 * @param what a daemon or `iguana`; all of them if absent
 */
export function imagesBefore(
  config: unknown,
  updates: readonly Update[],
  what?: string,
): ImagesBefore | undefined {
  for (const { at, config: earlier, hidden } of updates) {
    const names = what === undefined ? [...namesWithImages(config), ...namesWithImages(earlier)] : [what];
    const different = [...new Set(names)].filter((name) => {
      const image = statedImage(name, earlier);
      const key = String(imagePath(name)[0]);
      if (hidden.includes(key) || image === statedImage(name, config)) return false;
      // Without an image in the config, only what has a usual image can run.
      return image === undefined ? hasUsualImage(name) : true;
    });
    if (different.length > 0) {
      return { at, images: new Map(different.map((name) => [name, statedImage(name, earlier)])) };
    }
  }
  return undefined;
}
