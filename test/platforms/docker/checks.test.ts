import { expect, test } from "vitest";
import { loginWarning, stopWarning } from "../../../platforms/docker/checks";

test("a service that systemd kills before a daemon has ended is warned of, with what to do", () => {
  expect(stopWarning("alpha", 90, 1800)).toMatch(
    /host alpha: systemd kills .* 90 s .*[\s\S]*TimeoutStopSec=1860/,
  );
  expect(stopWarning("alpha", 1860, 1800)).toBeUndefined();
  expect(stopWarning("alpha", Number.POSITIVE_INFINITY, 1800)).toBeUndefined();
});

test("a service that cannot be looked at is said to be unknown, with what it needs", () => {
  expect(stopWarning("alpha", undefined, 1800)).toMatch(
    /^Host alpha: .* is not known\..*TimeoutStopSec=1860/,
  );
});

test("there is a warning that names the logins with a uid of the stack's processes", () => {
  const warning = loginWarning("alpha", [
    { name: "debian", uid: 1000 },
    { name: "ann", uid: 3003 },
  ]);
  expect(warning).toMatch(/^Warning: host alpha: .*debian \(uid 1000\), ann \(uid 3003\)/);
  expect(loginWarning("alpha", [])).toBeUndefined();
});
