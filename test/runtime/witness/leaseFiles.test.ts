import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Leases } from "../../../runtime/witness/Leases";
import { LeaseFiles } from "../../../runtime/witness/leaseFiles";

const KEY = `02${"ab".repeat(32)}`;
const OTHER_KEY = `02${"cd".repeat(32)}`;

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
  const files = new LeaseFiles(directory, KEY, boot);
  const leases = new Leases(files, boot, (line) => lines.push(line));
  const ask = async (instance: string, round = 0) =>
    leases.ask({ instance, holder: `notary ${instance}`, seconds: 30, round });
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

/** Names in the folder, without those that are kept to be written anew. */
function named(): string[] {
  return readdirSync(directory)
    .filter((name) => !name.startsWith(".spare."))
    .sort();
}

function spares(): string[] {
  return readdirSync(directory).filter((name) => name.startsWith(`.spare.${KEY.slice(0, 18)}.`));
}

test("what nobody needs is written anew: old renewals; what killed witnesses left is removed, of this key alone", async () => {
  const boot = new Boot("aa", 1000);
  const witness = witnessOf(boot);
  writeFileSync(join(directory, `.lease.${KEY.slice(0, 18)}.bb.2000.00`), "{");
  writeFileSync(join(directory, `.lease.${KEY.slice(0, 18)}.aa.1000.00`), "{");
  const others = [`${OTHER_KEY}.1`, `.lease.${OTHER_KEY.slice(0, 18)}.bb.2000.00`, "of somebody else"];
  for (const name of others) writeFileSync(join(directory, name), "");
  for (let i = 0; i < 20; i += 1) {
    await witness.ask("east");
    boot.now += 5;
  }
  await witness.files.tidy();
  // The newest, and those that were the newest in the last minute.
  const kept = named().filter((name) => !others.includes(name));
  expect(kept).toHaveLength(13);
  expect(kept).toContain(`${KEY}.20`);
  expect(kept).not.toContain(`${KEY}.7`);
  boot.now += 1000;
  await witness.files.tidy();
  expect(named()).toEqual([`${KEY}.20`, ...others].sort());
  expect(spares()).toHaveLength(19);
  expect((await witness.ask("west")).kind).toBe("granted");
});

test("however long a lease is renewed, there are not more files than a minute of renewals makes", async () => {
  const boot = new Boot("aa", 1000);
  const witness = witnessOf(boot);
  await witness.ask("east");
  const inodes = new Set<number>();
  for (let i = 0; i < 200; i += 1) {
    boot.now += 5;
    expect(await witness.ask("east")).toMatchObject({ kind: "granted", renewed: true });
    if (i % 2 === 0) await witness.files.tidy();
    for (const name of readdirSync(directory)) inodes.add(statSync(join(directory, name)).ino);
  }
  // Not one was made after those of the first grant.
  expect(inodes.size).toBe(20);
});

test("a spare whose process was stopped is not written by two", async () => {
  const boot = new Boot("aa", 1000);
  const witness = witnessOf(boot);
  await witness.ask("east");
  await Promise.all(Array.from({ length: 30 }, (_, i) => witness.ask(`rival${i}`)));
  await Promise.all(Array.from({ length: 10 }, () => witness.ask("east")));
  expect((await witness.files.find()).record).toMatchObject({ instance: "east" });
  expect(named().filter((name) => name.startsWith(".lease."))).toEqual([]);
});

test("whoever changes the lease without an end is refused before the disk is full", async () => {
  const boot = new Boot("aa", 1000);
  const { files } = witnessOf(boot);
  const record = { instance: "east", holder: "x", seconds: 30, round: 0, bootId: "aa", renewedAt: 1000 };
  const found = { version: 6000, count: 5001, record, since: 1000 };
  await expect(files.follow(found, record, false)).rejects.toThrow("more than 5000 times within a minute");
  expect(readdirSync(directory)).toEqual([]);
});

test("one that comes late takes a number that was removed, and it counts for nothing", async () => {
  const boot = new Boot("aa", 1000);
  const witness = witnessOf(boot);
  await witness.ask("east");
  const found = await witness.files.find();
  const { record } = found;
  if (record === undefined) throw new Error("no record");

  for (let i = 0; i < 30; i += 1) {
    boot.now += 5;
    await witness.ask("east");
  }
  await witness.files.tidy();
  expect(readdirSync(directory)).not.toContain(`${KEY}.2`);
  const late = { ...record, instance: "west", renewedAt: boot.now };
  expect(await witness.files.follow(found, late, true)).toBe(false);
  expect(readdirSync(directory)).toContain(`${KEY}.2`);
  expect((await witness.files.find()).record?.instance).toBe("east");
});

test("of two that found the same, one follows", async () => {
  const boot = new Boot("aa", 1000);
  const { files } = witnessOf(boot);
  const record = { holder: "x", seconds: 30, round: 0, bootId: "aa", renewedAt: 1000 };
  const found = await files.find();
  expect(await files.follow(found, { ...record, instance: "east" }, true)).toBe(true);
  expect(await files.follow(found, { ...record, instance: "west" }, true)).toBe(false);
  expect((await files.find()).record?.instance).toBe("east");
  expect(named()).toEqual([`${KEY}.1`]);
});
