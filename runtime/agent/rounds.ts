import type { Bell } from "./Bell";
import { pause } from "./steps";

/** What others wait for is looked for this often at least. An Iguana that is away is such a case. */
const AWAITED_MILLISECONDS = 1000;

/** How a round went. */
export interface Round {
  /** Whether nothing is wrong. While it is false, the pauses grow. */
  readonly ok: boolean;
  /** Whether others wait for the next round. */
  readonly soon?: boolean | undefined;
}

/** Calls `round` again and again. The pause between two rounds grows while they fail. */
export async function repeat(bell: Bell, poll: number, round: () => Promise<Round>): Promise<never> {
  let failures = 0;
  for (;;) {
    const { ok, soon = false } = await round();
    failures = ok ? 0 : failures + 1;
    await bell.wait(pause(soon ? Math.min(poll, AWAITED_MILLISECONDS) : poll, failures));
  }
}
