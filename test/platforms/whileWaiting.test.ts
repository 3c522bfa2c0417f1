import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { whileWaiting } from "../../platforms/whileWaiting";

describe("waiting for work", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("tells each second, and its outcome", async () => {
    const told: number[] = [];
    const work = new Promise<number>((resolve) => setTimeout(resolve, 3500, 7));
    const waited = whileWaiting(work, { onWaiting: (seconds) => told.push(seconds) });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waited).toEqual({ outcome: 7, seconds: 3.5 });
    expect(told).toEqual([1, 2, 3]);
  });

  test("ends when it is aborted, and leaves the work to itself, which may fail", async () => {
    const end = new AbortController();
    const work = new Promise<never>((_, reject) => setTimeout(reject, 2000, new Error("late")));
    const waited = whileWaiting(work, { signal: end.signal });
    setTimeout(() => end.abort(new Error("enough")), 1000);
    const outcome = expect(waited).rejects.toThrow("enough");
    await vi.advanceTimersByTimeAsync(10_000);
    await outcome;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("does not begin if it is aborted already", async () => {
    const waited = whileWaiting(new Promise(() => {}), { signal: AbortSignal.abort(new Error("enough")) });
    await expect(waited).rejects.toThrow("enough");
  });
});
