import { describe, expect, test } from "vitest";
import { CONFIG, changed, load, messages } from "./stackFiles";

const KEY = "02a854251adfee222bede8396fed0756985d4ea905f72611740867c7a4ad6488c1";

describe("a bad passphrase", () => {
  test.each([
    ["empty", "", "the passphrase is empty"],
    ["too long", "x".repeat(1001), "the passphrase has 1001 bytes; Iguana can hold 1000"],
    [
      "with a newline",
      "phrase\n",
      "the passphrase ends in a newline, which would make another key; write it without one (printf %s)",
    ],
  ])("is refused with a reason: %s", (_, passphrase, reason) => {
    expect(messages(load(CONFIG, { east: passphrase }))).toEqual([
      `Pulumi.test.yaml:13:11: notary east: ${reason}`,
    ]);
  });

  test("is never shown", () => {
    expect(messages(load(CONFIG, { east: "canary\n" })).join()).not.toContain("canary");
  });

  test("is refused when two notaries would have the same key", () => {
    const config = changed(["dokomodo:notaries", 1], { name: "west", host: "alpha", chains: ["KMD", "LTC"] });
    const phrase = "myverysecretandstrongpassphrase_noneabletobrute";
    const wif = "UtrRXqvRFUAtCrCTRAHPH6yroQKUrrTJRmxt2h5U4QTUN1jCxTAh";
    expect(messages(load(config, { east: phrase, west: wif })).join("\n")).toContain(
      `notaries east and west have the same public key ${KEY}: two Iguanas of one key spend each other's coins`,
    );
  });

  test("is refused when no notary has its name", () => {
    expect(messages(load(CONFIG, { east: "a phrase", west: "another" })).join("\n")).toContain(
      "there is a passphrase for west, and no notary or node of that name",
    );
  });
});
