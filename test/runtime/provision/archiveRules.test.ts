import { describe, expect, test } from "vitest";
import { chooseEntries } from "../../../runtime/provision/archiveRules";

const file = (name: string, size = 1) => ({ name, size, type: "file" });
const BLOCK = file("blocks/blk00000.dat");
const choose = (...names: readonly string[]) => chooseEntries([BLOCK, ...names.map((name) => file(name))]);

test("the chain's data is taken, and nothing else", () => {
  const { files, parts } = choose(
    "chainstate/CURRENT",
    "indexes/txindex/CURRENT",
    "notarisations/CURRENT",
    "komodoevents",
    "komodoevents.ind",
    "komodostate",
    "minerids",
    "realtime",
    "signedmasks",
    "database/log.0000000001",
    "peers.dat",
    "debug.log",
    "blocks.txt",
    "README",
    ".lock",
  );
  expect([...files.values()]).toEqual([
    "blocks/blk00000.dat",
    "chainstate/CURRENT",
    "indexes/txindex/CURRENT",
    "notarisations/CURRENT",
    "komodoevents",
    "komodoevents.ind",
    "komodostate",
    "minerids",
    "realtime",
    "signedmasks",
  ]);
  expect(parts.at(-1)).toBe("blocks");
  expect([...parts].sort()).toEqual([
    "blocks",
    "chainstate",
    "indexes",
    "komodoevents",
    "komodoevents.ind",
    "komodostate",
    "minerids",
    "notarisations",
    "realtime",
    "signedmasks",
  ]);
});

test("room is counted in blocks of the disk, of what is taken alone", () => {
  const entries = [
    file("blocks/a", 1),
    file("blocks/b", 4096),
    file("blocks/c", 4097),
    file("debug.log", 1e9),
  ];
  expect(chooseEntries(entries).bytes).toBe(4096 + 4096 + 8192);
});

test.each(["./", "KMD/", "./KMD/", "a/b/"])("the data root may be %s", (root) => {
  const { files } = chooseEntries([
    file(`${root}blocks/blk00000.dat`),
    file(`${root}chainstate/CURRENT`),
    file("chainstate/elsewhere"),
  ]);
  expect([...files.values()].slice(0, 2)).toEqual(["blocks/blk00000.dat", "chainstate/CURRENT"]);
  expect(files.size).toBe(root === "./" ? 3 : 2);
});

describe("an archive is refused as a whole", () => {
  test.each([
    ["/etc/passwd", 'has the absolute path "/etc/passwd"'],
    ["../blocks/x", 'has "../blocks/x", a path that climbs out of the archive'],
    ["blocks/../../x", "climbs out"],
    ["blocks/./../../x", "climbs out"],
    ["blocks/..", "climbs out"],
    ["wallet.dat", 'has "wallet.dat", a wallet'],
    ["blocks/Wallet.DAT", "a wallet"],
    ["wallets/anything", "a wallet"],
    ["somewhere/WALLETS/anything", "a wallet"],
    ["komodo.conf", 'has "komodo.conf", a daemon\'s conf'],
    ["blocks/X.CONF", "a daemon's conf"],
    ["blocks/a\nb", "a name with control characters"],
    ["BEER/blocks/x", "has more than one blocks/"],
    ["blocks//blk00000.dat", 'has "blocks//blk00000.dat" twice'],
  ])("with %j", (name, message) => {
    expect(() => choose(name)).toThrow(message);
  });

  test.each([
    "symlink",
    "link",
    "character-device",
    "block-device",
    "fifo",
    "contiguous-file",
    "something unknown",
  ])("with a %s", (type) => {
    expect(() => chooseEntries([BLOCK, { name: "chainstate", size: 0, type }])).toThrow(
      `has "chainstate", which is neither a file nor a directory (${type})`,
    );
  });

  test("without blocks", () => {
    expect(() => chooseEntries([file("chainstate/CURRENT")])).toThrow("has no blocks/");
    expect(() => chooseEntries([{ name: "blocks/", size: 0, type: "directory" }])).toThrow(
      "has no files in blocks/",
    );
    expect(() => chooseEntries([file("blocks")])).toThrow("has no files in blocks/");
  });
});
