import { afterEach, expect, test, vi } from "vitest";
import { Bell } from "../../../runtime/agent/Bell";
import { IguanaKeeper } from "../../../runtime/agent/IguanaKeeper";
import { IguanaRpc } from "../../../runtime/agent/IguanaRpc";
import type { NotaryPlan } from "../../../runtime/agent/plan";
import { StatusBoard } from "../../../runtime/agent/StatusBoard";
import { ALWAYS } from "../../../runtime/lease/permit";

const plan: NotaryPlan = {
  listenPort: 7780,
  publicKey: "02".padEnd(66, "a"),
  coins: [],
  iguana: {
    rpcPort: 7776,
    ipAddress: "192.0.2.1",
    notaries: ["192.0.2.1"],
    toldFile: "/run/dokomodo/told",
  },
};

afterEach(() => vi.useRealTimers());

test("the wallet counts as locked a day after it was unlocked, so that it is unlocked again", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const rpc = new IguanaRpc(plan.iguana.rpcPort);
  vi.spyOn(rpc, "knownNotaries").mockResolvedValue(["192.0.2.1"]);
  vi.spyOn(rpc, "unlock").mockResolvedValue(plan.publicKey);
  const board = new StatusBoard(
    plan,
    (text) => text,
    () => {},
  );
  const bells = { iguana: new Bell(), coins: new Bell() };
  const keeper = new IguanaKeeper({
    rpc,
    plan,
    passphrase: "a phrase",
    board,
    bells,
    permit: ALWAYS,
    refusal: () => undefined,
  });
  const isUnlocked = async () => {
    await keeper.round();
    return keeper.facts.unlockedIn === keeper.facts.life;
  };

  expect(await isUnlocked()).toBe(false);
  await keeper.unlock();
  expect(await isUnlocked()).toBe(true);
  vi.setSystemTime(Date.now() + 23 * 3_600_000);
  expect(await isUnlocked()).toBe(true);
  vi.setSystemTime(Date.now() + 2 * 3_600_000);
  expect(await isUnlocked()).toBe(false);
});
