import type { StopOptions } from "./operations";

const SECOND = 1000;

/**
 * Resolves to the outcome of `work`, and calls `onWaiting` once a second until then. If the signal is aborted first, it
 * rejects with the signal's reason, and the work goes on without anybody who waits for it.
 */
export async function whileWaiting<T>(
  work: Promise<T>,
  { onWaiting, signal }: StopOptions,
): Promise<{ readonly outcome: T; readonly seconds: number }> {
  const started = Date.now();
  const seconds = () => (Date.now() - started) / SECOND;
  const ticking = setInterval(() => onWaiting?.(Math.round(seconds())), SECOND);
  const listening = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { signal: listening.signal });
  });
  // What the work ends with after an abort does not matter any more.
  work.catch(() => undefined);
  aborted.catch(() => undefined);
  try {
    return { outcome: await Promise.race([work, aborted]), seconds: seconds() };
  } finally {
    clearInterval(ticking);
    listening.abort();
  }
}
