import { expect, test } from "vitest";
import { redactor } from "../../../runtime/agent/redact";
import { type CoinFacts, type IguanaFacts, nextStep, pause } from "../../../runtime/agent/steps";

const iguana: IguanaFacts = { ready: true, life: 2, wasBlank: true, unlockedIn: 2 };
const added: CoinFacts = { ours: true, outputsFreeIn: 2, addedIn: 2, dpowIn: 0 };
const dpow = { dest: "KMD", freq: 5 };

test.each<[string, CoinFacts, CoinFacts | undefined, IguanaFacts, string]>([
  [
    "nothing is asked of an Iguana that is away",
    added,
    added,
    { ...iguana, ready: false },
    "waiting-for-iguana",
  ],
  [
    "what another life locked is unlocked first",
    { ...added, outputsFreeIn: 1, addedIn: 1 },
    added,
    iguana,
    "unlocking-outputs",
  ],
  [
    "an Iguana that may have rounds keeps its locks",
    { ...added, outputsFreeIn: 0 },
    added,
    { ...iguana, wasBlank: false },
    "starting-dpow",
  ],
  ["added in an earlier life is not added", { ...added, addedIn: 1 }, added, iguana, "adding"],
  ["unlocked in an earlier life is locked", added, added, { ...iguana, unlockedIn: 1 }, "unlocking"],
  ["the destination is not ours yet", added, { ...added, ours: false }, iguana, "waiting-for-dest"],
  ["the destination is not added in this life", added, { ...added, addedIn: 1 }, iguana, "waiting-for-dest"],
  ["there is no destination", added, undefined, iguana, "waiting-for-dest"],
  ["both are ready", added, added, iguana, "starting-dpow"],
  ["notarised in an earlier life", { ...added, dpowIn: 1 }, added, iguana, "starting-dpow"],
  ["all is done, whatever the destination does", { ...added, dpowIn: 2 }, undefined, iguana, "watch"],
])("next step: %s", (_name, facts, destination, facts2, step) => {
  expect(nextStep({ coin: { dpow }, facts, destination, iguana: facts2 })).toBe(step);
});

test("a coin without dpow is done once it is added and the wallet unlocked", () => {
  const alone = { coin: {}, facts: added, destination: undefined };
  expect(nextStep({ ...alone, iguana })).toBe("watch");
  expect(nextStep({ ...alone, iguana: { ...iguana, unlockedIn: 0 } })).toBe("unlocking");
});

test("the pause grows, and never beyond 15 s", () => {
  expect([0, 1, 2, 3, 100].map((failures) => pause(3000, failures))).toEqual([
    3000, 6000, 12000, 15000, 15000,
  ]);
});

test("a secret that is part of another, or spelled for JSON, a URL or a header, is taken out whole", () => {
  const redact = redactor({
    passphrase: 'pass "phrase',
    coins: { KMD: { rpcUser: "user", rpcPassword: "pass", wif: "Uwif" } },
  });
  expect(redact('a pass "phrase b pass \\"phrase c pass%20%22phrase d dXNlcjpwYXNz e Uwif')).toBe(
    "a [secret] b [secret] c [secret] d [secret] e [secret]",
  );
});

test("an RPC user is a name, which stays in a text, apart from a header in which it stands with its password", () => {
  const rpcPassword = "canaryPassword";
  const redact = redactor({
    passphrase: "canary phrase",
    coins: { KMD: { rpcUser: "dokomodo", rpcPassword, wif: "Uwif" } },
  });
  expect(redact("notary east of stack dokomodo on host alpha")).toBe(
    "notary east of stack dokomodo on host alpha",
  );
  const header = Buffer.from(`dokomodo:${rpcPassword}`).toString("base64");
  expect(redact(`Basic ${header}, dokomodo:${rpcPassword}`)).toBe("Basic [secret], dokomodo:[secret]");
});
