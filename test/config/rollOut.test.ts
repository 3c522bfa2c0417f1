import { describe, expect, test } from "vitest";
import { CONFIG, load, messages } from "./stackFiles";

describe("the roll-out's canary", () => {
  const messagesFor = (rollOut: string) => messages(load(`${CONFIG}  dokomodo:rollOut: ${rollOut}\n`));

  test("is a chain whose daemon the stack runs", () => {
    expect(messagesFor("{ canary: BEER, canarySeconds: 60 }")).toEqual([]);
    expect(messagesFor("{ canary: BEET }")).toEqual([
      'Pulumi.test.yaml:14:31: dokomodo:rollOut.canary is BEET, and the stack runs no daemon of that chain; did you mean "BEER"?',
    ]);
    expect(messagesFor("{ canarySeconds: -1 }")).toEqual([
      "Pulumi.test.yaml:14:38: config.dokomodo:rollOut.canarySeconds must be a whole number of seconds from 0 to 86400; found -1",
    ]);
  });
});
