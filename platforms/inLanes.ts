/**
 * Does some work for each item in order, for so many of them at a time at most. Rejects with the first failure. The other
 * lanes go on then.
 *
 * @example await inLanes(2, images, (image) => pull(image));
 */
export async function inLanes<Item>(
  count: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const lane = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: count }, lane));
}
