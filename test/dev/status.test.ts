import { expect, test } from "vitest";
import { type AgentStatus, formatStatus } from "../../dev/status";

const status: AgentStatus = { publicKey: "02ab", iguana: { state: "ready" }, coins: {} };
const firstLines = (lease: AgentStatus["lease"]) =>
  formatStatus("east", lease === undefined ? status : { ...status, lease })
    .split("\n")
    .slice(0, 2);

test.each([undefined, { state: "none-asked" }, { state: "held" }, { state: "held", detail: "x" }])(
  "a lease that is held, or that nobody asked for, is no news: %j",
  (lease) => expect(firstLines(lease)[1]).toMatch(/^┌/),
);

test("a lease that is not held is said, and why", () => {
  expect(firstLines({ state: "waiting", detail: "witness alpha does not answer; 1 of 1 is needed" })).toEqual(
    [
      "Notary east, public key 02ab",
      "Its lease is not held yet: witness alpha does not answer; 1 of 1 is needed",
    ],
  );
  expect(firstLines({ state: "lost" })[1]).toBe("Its lease was lost");
});
