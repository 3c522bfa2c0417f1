import { expect, test } from "vitest";
import { DEFAULT_METHODS, methodProblem, NEVER_METHODS } from "../../../runtime/filter/methods";

test("what nobody may call is not among what everybody may", () => {
  expect(DEFAULT_METHODS.filter((method) => methodProblem(method) !== undefined)).toEqual([]);
  expect(new Set(DEFAULT_METHODS).size).toBe(DEFAULT_METHODS.length);
});

test.each([
  ["dumpprivkey", "is never allowed: it shows a private or viewing key"],
  ["z_exportkey", "is never allowed: it shows a private or viewing key"],
  ["z_getencryptionaddress", "is never allowed: it shows a private or viewing key"],
  ["listdescriptors", "is never allowed: it shows a private or viewing key"],
  ["walletpassphrase", "is never allowed: it puts a key or a passphrase into the wallet"],
  ["stop", "is never allowed: it ends the daemon"],
  ["backupwallet", "is never allowed: it reads, writes or removes files of the daemon"],
  ["getblock*", "is not the name of a method: letters, digits and _, such as getblockcount"],
  [" stop", "is not the name of a method: letters, digits and _, such as getblockcount"],
  ["", "is not the name of a method: letters, digits and _, such as getblockcount"],
  ["getblockcount", undefined],
  ["sendtoaddress", undefined],
  ["getNotarisationsForBlock", undefined],
])("a client's allow with %j", (method, problem) => {
  expect(methodProblem(method)).toBe(problem);
});

test("the methods that nobody may call are all named", () => {
  expect(NEVER_METHODS).toContain("z_importwallet");
  expect([...NEVER_METHODS].sort()).toEqual(NEVER_METHODS);
  for (const method of NEVER_METHODS) expect(methodProblem(method)).toMatch(/^is never allowed: /);
});
