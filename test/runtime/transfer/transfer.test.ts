import {
  appendFileSync,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contents, fill, TransferUnderTest } from "./sides";

const ARRIVED = ".dokomodo-arrived";
const INCOMING = ".dokomodo-incoming";

describe("a transfer", () => {
  test("makes the new volume what the old one is, and only the last pass makes it whole", async () => {
    const moved = new TransferUnderTest();
    fill(moved.from);
    // The daemon would wait for its turn on the new host (runtime/entrypoint.sh).
    writeFileSync(join(moved.from, ".dokomodo-boot"), "8e1cc70e-10d7-42db-acdd-74517a73690d\n");
    expect((await moved.pass("ahead")).codes).toEqual([0, 0]);
    expect(existsSync(join(moved.to, INCOMING))).toBe(true);
    expect(existsSync(join(moved.to, ".dokomodo-boot"))).toBe(false);
    const { codes, text } = await moved.pass("last");
    expect(codes).toEqual([0, 0]);
    expect(text).toContain("Sent 0 of ");
    expect(contents(moved.to)).toEqual(contents(moved.from));
    expect(existsSync(join(moved.to, INCOMING))).toBe(false);
    expect(existsSync(join(moved.to, ARRIVED))).toBe(true);
    // What is nothing but zeros takes no room.
    expect(statSync(join(moved.to, "BEER/blocks/rev00000.dat")).blocks).toBe(0);
  });

  test("sends only what differs, removes what is gone, and finds a byte that is wrong on the new side", async () => {
    const moved = new TransferUnderTest();
    fill(moved.from);
    await moved.pass("ahead");
    rmSync(join(moved.from, "BEER/chainstate/1.ldb"));
    rmSync(join(moved.from, "BEER/empty"), { recursive: true });
    writeFileSync(join(moved.from, "BEER/empty"), "a file now");
    appendFileSync(join(moved.from, "BEER/wallet.dat"), "more");
    // The same size and time, and other content.
    const damaged = join(moved.to, "BEER/chainstate/5.ldb");
    const { mtime } = statSync(damaged);
    writeFileSync(damaged, Buffer.alloc(statSync(damaged).size, 1));
    utimesSync(damaged, mtime, mtime);
    const { codes, text } = await moved.pass("last");
    expect(codes).toEqual([0, 0]);
    expect(text).toContain("Sent 3 of ");
    expect(contents(moved.to)).toEqual(contents(moved.from));
  });

  test("refuses a volume with data that no unfinished move brought", async () => {
    const moved = new TransferUnderTest();
    fill(moved.from);
    mkdirSync(join(moved.to, "BEER"));
    const { codes, text } = await moved.pass("last");
    expect(codes).toEqual([1]);
    expect(text).toContain("There is data in the volume east-beer-data of host beta already (BEER)");
    expect(contents(moved.to)).toEqual({ BEER: expect.any(String) });
  });

  test("does not begin from a volume that is not whole itself", async () => {
    const moved = new TransferUnderTest();
    fill(moved.from);
    mkdirSync(join(moved.from, INCOMING));
    const receiver = await moved.receiver();
    const sender = moved.sender();
    expect(await sender.ended()).toBe(1);
    expect(sender.text()).toContain("is not whole, because a move to it was broken off");
    receiver.child.kill("SIGTERM");
    expect(await receiver.ended()).toBe(143);
  });

  test("goes on with a volume that had arrived and that no daemon has started on", async () => {
    const moved = new TransferUnderTest();
    fill(moved.from);
    await moved.pass("last");
    appendFileSync(join(moved.from, "BEER/wallet.dat"), "more");
    expect((await moved.pass("last")).codes).toEqual([0, 0]);
    expect(contents(moved.to)).toEqual(contents(moved.from));
  });

  test.each([
    ["/etc/passwd", /"BEER\/out" in the volume east-beer-data of host alpha is a link to "\/etc\/passwd"/],
    ["../../out", /is a link to "\.\.\/\.\.\/out", which is not in that volume/],
  ])("refuses a link to %s, and nothing is written", async (target, message) => {
    const moved = new TransferUnderTest();
    fill(moved.from);
    symlinkSync(target, join(moved.from, "BEER/out"));
    const { codes, text } = await moved.pass("last");
    expect(codes).toEqual([1, 1]);
    expect(text).toMatch(message);
    expect(contents(moved.to)).toEqual({});
  });

  test("refuses a name that is not UTF-8", async () => {
    const moved = new TransferUnderTest();
    fill(moved.from);
    writeFileSync(Buffer.concat([Buffer.from(`${moved.from}/BEER/`), Buffer.from([0xff, 0x61])]), "x");
    const { text } = await moved.pass("last");
    expect(text).toContain("is not UTF-8 (its bytes are ff61)");
  });

  test("ends in the last pass if a file changes while it is read; ahead of it goes on", async () => {
    const moved = new TransferUnderTest();
    fill(moved.from, 64);
    const write = setInterval(() => appendFileSync(join(moved.from, "BEER/blocks/blk00000.dat"), "block"), 2);
    const ahead = await moved.pass("ahead");
    const last = await moved.pass("last");
    clearInterval(write);
    expect(ahead.codes).toEqual([0, 0]);
    expect(last.codes).toEqual([1, 1]);
    expect(last.text).toMatch(/changed while it was copied\. Has the daemon been started again/);
    expect(existsSync(join(moved.to, INCOMING))).toBe(true);
    expect((await moved.pass("last")).codes).toEqual([0, 0]);
    expect(contents(moved.to)).toEqual(contents(moved.from));
  });
});
