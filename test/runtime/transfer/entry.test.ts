import { describe, expect, test } from "vitest";
import { digestOf, type FileEntry, parseEntry, staysInside } from "../../../runtime/transfer/entry";

const FILE: FileEntry = { path: "BEER/wallet.dat", type: "file", size: 3, room: 3, mode: 0o600, mtime: 5 };

const SEEN = "/home/komodo/.komodo";

describe("what the other side says of an entry", () => {
  test("is taken as it is if it is right", () => {
    expect(parseEntry({ ...FILE }, SEEN)).toEqual(FILE);
    expect(parseEntry({ path: "BEER", type: "directory", mode: 0o700 }, SEEN)).toEqual({
      path: "BEER",
      type: "directory",
      mode: 0o700,
    });
  });

  test.each([
    "",
    "/etc/passwd",
    "..",
    "../x",
    "BEER/../../x",
    "BEER//x",
    "BEER/.",
    "a\0b",
    "x".repeat(256),
    "a/".repeat(3000),
    ".dokomodo-incoming",
    ".dokomodo-incoming/part",
    ".dokomodo-arrived",
    "lost+found",
  ])("is refused for the path %j", (path) => {
    expect(() => parseEntry({ ...FILE, path }, SEEN)).toThrow(/not accepted/);
  });

  test.each([
    { size: -1 },
    { size: 1.5 },
    { size: 2 ** 60 },
    { mode: 0o4755 },
    { mtime: "now" },
    { sha256: "../x" },
    { type: "device" },
    { type: "link", target: "/etc/passwd" },
    { type: "link", target: "../../x" },
  ])("is refused with %j", (wrong) => {
    expect(() => parseEntry({ ...FILE, ...wrong }, SEEN)).toThrow(/not accepted/);
  });
});

test.each([
  ["a/b", "c", true],
  ["a/b", "../c", true],
  ["a/b", "../../c", false],
  ["a", "..", false],
  ["a/b", "c/../../..", false],
  ["a/b", "/c", false],
  ["a/b", "", false],
  ["a/b", "/home/komodo/.komodo/c", true],
  ["a/b", "/home/komodo/.komodo/../c", false],
  ["a/b", "/home/komodo/.komodoc", false],
])("a link at %s to %s stays inside: %s", (path, target, expected) => {
  expect(staysInside(path, target, SEEN)).toBe(expected);
});

test("the digest depends on everything but the order and the room on the disk", () => {
  const other: FileEntry = { ...FILE, path: "b" };
  const digest = digestOf([FILE, other]);
  expect(digestOf([other, { ...FILE, room: 0 }])).toBe(digest);
  for (const change of [
    { mode: 0o644 },
    { size: 4 },
    { mtime: 6 },
    { sha256: "a".repeat(64) },
    { path: "c" },
  ])
    expect(digestOf([{ ...FILE, ...change }, other])).not.toBe(digest);
});
