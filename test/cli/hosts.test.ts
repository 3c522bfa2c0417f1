import { expect, test } from "vitest";
import { stopWarning } from "../../cli/hosts";

test("a service that systemd kills before a daemon has ended is warned of, with what to do", () => {
  expect(stopWarning("alpha", 90)).toMatch(/host alpha: systemd kills .* 90 s .*[\s\S]*TimeoutStopSec=1860/);
  expect(stopWarning("alpha", 1860)).toBeUndefined();
  expect(stopWarning("alpha", Number.POSITIVE_INFINITY)).toBeUndefined();
});

test("a service that cannot be looked at is said to be unknown, with what it needs", () => {
  expect(stopWarning("alpha", undefined)).toMatch(/^Host alpha: .* is not known\..*TimeoutStopSec=1860/);
});
