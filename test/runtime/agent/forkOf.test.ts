import { describe, expect, test } from "vitest";
import { forkOf } from "../../../runtime/agent/answers";

const OWN = { height: 100, branchlen: 0, status: "active" };

describe("a fork, as getchaintips tells it", () => {
  test("is a branch after the daemon's own last block that the daemon holds to be invalid", () => {
    // A daemon that does not know a new rule stands at the last block before it, with no branch of its own.
    const refused = { height: 110, branchlen: 10, status: "invalid" };
    expect(forkOf([refused, OWN])).toEqual({ length: 10, status: "invalid" });
  });

  test("is a longer branch that leaves the daemon's own before its last block", () => {
    const longer = { height: 104, branchlen: 7, status: "valid-headers" };
    expect(forkOf([longer, OWN])).toEqual({ length: 7, status: "valid-headers" });
  });

  test("is not what is still to come, nor a shorter branch", () => {
    const toCome = { height: 110, branchlen: 10, status: "headers-only" };
    const shorter = { height: 99, branchlen: 7, status: "valid-fork" };
    expect(forkOf([toCome, shorter, OWN])).toBeUndefined();
  });
});
