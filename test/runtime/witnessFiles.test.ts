import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LeaseFiles } from "../../runtime/witness/leaseFiles";
import { Leases } from "../../runtime/witness/leases";

const KEY = `02${"ab".repeat(32)}`;

/** A boot of one machine, in which time passes only when it is told to. */
class Boot {
  constructor(
    readonly bootId: string,
    public now: number,
  ) {}

  seconds(): number {
    return this.now;
  }
}

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dokomodo-witness-files-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function witnessOf(boot: Boot) {
  const lines: string[] = [];
  const files = new LeaseFiles(directory, boot);
  const leases = new Leases(files, boot, (line) => lines.push(line));
  const ask = async (instance: string, round = 0) =>
    leases.ask(KEY, { instance, holder: `notary ${instance}`, seconds: 30, round });
  return { files, leases, ask, lines };
}

test("a lease of an earlier boot counts as renewed when the witness starts, whatever the clocks say", async () => {
  const before = witnessOf(new Boot("aa", 1_000_000));
  expect((await before.ask("east")).kind).toBe("granted");

  const boot = new Boot("bb", 12);
  const after = witnessOf(boot);
  await after.leases.adopt();
  boot.now = 40;
  expect(await after.ask("west")).toMatchObject({ kind: "refused", seenSeconds: 28, seconds: 2 });
  boot.now = 41.9;
  expect((await after.ask("west")).kind).toBe("refused");
  boot.now = 42;
  expect((await after.ask("west")).kind).toBe("granted");
});

test("… and its holder goes on, wherever it lives", async () => {
  await witnessOf(new Boot("aa", 5)).ask("east");
  const boot = new Boot("bb", 1_000_000);
  const after = witnessOf(boot);
  // Even where nobody adopted it at the start.
  expect(await after.ask("west")).toMatchObject({ kind: "refused", seenSeconds: 0, seconds: 30 });
  boot.now += 20;
  expect(await after.ask("east")).toMatchObject({ kind: "granted", renewed: true });
  boot.now += 20;
  expect((await after.ask("west")).kind).toBe("refused");
});

test("a renewal that a power failure left half written is passed over for the one before it", async () => {
  const boot = new Boot("aa", 100);
  const witness = witnessOf(boot);
  await witness.ask("east");
  writeFileSync(join(directory, `${KEY}.2`), "");
  boot.now = 110;
  expect(await witness.ask("west")).toMatchObject({ kind: "refused", seenSeconds: 10 });
  expect(await witness.ask("east")).toMatchObject({ kind: "granted", renewed: true });
  expect(JSON.parse(readFileSync(join(directory, `${KEY}.3`), "utf8"))).toMatchObject({ renewedAt: 110 });
});

test("what nobody needs is removed: old renewals, and what killed witnesses left", async () => {
  const boot = new Boot("aa", 1000);
  const witness = witnessOf(boot);
  writeFileSync(join(directory, ".lease.bb.2000.0-0"), "{");
  writeFileSync(join(directory, ".lease.aa.1000.0-0"), "{");
  writeFileSync(join(directory, "of somebody else"), "");
  for (let i = 0; i < 20; i += 1) {
    await witness.ask("east");
    boot.now += 5;
  }
  await witness.files.tidy();
  // The newest, and those that were the newest in the last minute.
  const kept = readdirSync(directory).sort();
  expect(kept).toHaveLength(14);
  expect(kept).toContain(`${KEY}.20`);
  expect(kept).not.toContain(`${KEY}.7`);
  expect(kept).toContain("of somebody else");
  boot.now += 1000;
  await witness.files.tidy();
  expect(readdirSync(directory).sort()).toEqual([`${KEY}.20`, "of somebody else"].sort());
  expect((await witness.ask("west")).kind).toBe("granted");
});

test("one that comes late takes a number that was removed, and it counts for nothing", async () => {
  const boot = new Boot("aa", 1000);
  const witness = witnessOf(boot);
  await witness.ask("east");
  const found = await witness.files.find(KEY);
  const { record } = found;
  if (record === undefined) throw new Error("no record");

  for (let i = 0; i < 30; i += 1) {
    boot.now += 5;
    await witness.ask("east");
  }
  await witness.files.tidy();
  expect(readdirSync(directory)).not.toContain(`${KEY}.2`);
  const late = { ...record, instance: "west", renewedAt: boot.now };
  expect(await witness.files.follow(KEY, found, late, true)).toBe(false);
  expect(readdirSync(directory)).toContain(`${KEY}.2`);
  expect((await witness.files.find(KEY)).record?.instance).toBe("east");
});

test("of two that found the same, one follows", async () => {
  const boot = new Boot("aa", 1000);
  const { files } = witnessOf(boot);
  const record = { holder: "x", seconds: 30, round: 0, bootId: "aa", renewedAt: 1000 };
  const found = await files.find(KEY);
  expect(await files.follow(KEY, found, { ...record, instance: "east" }, true)).toBe(true);
  expect(await files.follow(KEY, found, { ...record, instance: "west" }, true)).toBe(false);
  expect((await files.find(KEY)).record?.instance).toBe("east");
  expect(readdirSync(directory)).toEqual([`${KEY}.1`]);
});
