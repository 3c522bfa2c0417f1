import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPlan } from "../../../runtime/provision/readPlan";
import { BY_HAND, NAMED, temporaryDirectory } from "./testRun";

const SHA256 = "8e48ffd23abb3a5fd9c5589204f32d9c31285a04b78096ba40a79b75677efc13";
const file = {
  name: "sapling-spend.params",
  sha256: SHA256,
  bytes: 47_958_396,
  sources: ["https://z.cash/downloads/sapling-spend.params"],
};
const downloads = {
  ...NAMED,
  directory: "/downloads",
  files: [file],
  mirror: "http://mirror/",
  from: { directory: "/from", called: "/root/params" },
  byHand: BY_HAND,
};
const bootstrap = {
  ...NAMED,
  url: "https://example.org/b.tar.gz",
  sha256: SHA256,
  volume: "/data",
  directory: "BEER",
};

function read(plan: unknown) {
  const path = join(temporaryDirectory(), "plan.json");
  writeFileSync(path, typeof plan === "string" ? plan : JSON.stringify(plan));
  return readPlan(path);
}

test("a plan is read as it was written", () => {
  const terminationMessage = "/dev/termination-log";
  expect(read({ downloads, bootstrap, terminationMessage })).toEqual({
    downloads,
    bootstrap,
    terminationMessage,
  });
  expect(read({ bootstrap: { ...bootstrap, directory: "" } }).bootstrap?.directory).toBe("");
  expect(read({})).toEqual({});
});

describe("a plan is refused", () => {
  const withFile = (more: object) => ({ downloads: { ...downloads, files: [{ ...file, ...more }] } });
  test.each<[string, unknown, string]>([
    ["that is no JSON", "{", "is not a JSON object"],
    [
      "with a relative directory",
      { downloads: { ...downloads, directory: "a" } },
      "downloads.directory must be",
    ],
    [
      "with a name that is a path",
      withFile({ name: "../x" }),
      "downloads.files[0].name must be a file's name",
    ],
    ["with a hidden name", withFile({ name: ".part" }), "downloads.files[0].name must be"],
    ["with a hash in upper case", withFile({ sha256: SHA256.toUpperCase() }), "sha256 must be 64 hex digits"],
    ["with a size of text", withFile({ bytes: "1" }), "bytes must be a whole number above 0"],
    ["with a source of a file", withFile({ sources: ["file:///etc/passwd"] }), "sources[0] must be a URL"],
    [
      "with a mirror that is none",
      { downloads: { ...downloads, mirror: "mirror" } },
      "downloads.mirror must be",
    ],
    [
      "that climbs out of the volume",
      { bootstrap: { ...bootstrap, directory: "../x" } },
      "bootstrap.directory must be",
    ],
    [
      "that climbs out further in",
      { bootstrap: { ...bootstrap, directory: "a/../.." } },
      "bootstrap.directory must be",
    ],
    [
      "without a word for the volume",
      { bootstrap: { ...bootstrap, called: "" } },
      "bootstrap.called must be text",
    ],
    [
      "with a word of two lines",
      { downloads: { ...downloads, byHand: "a\nb" } },
      "downloads.byHand must be text",
    ],
    [
      "with a relative path for people",
      { downloads: { ...downloads, from: { directory: "from", called: "/root" } } },
      "downloads.from.directory must be an absolute path",
    ],
    [
      "with a relative path for the kubelet",
      { terminationMessage: "log" },
      "terminationMessage must be an absolute",
    ],
    ["without a URL", { bootstrap: { ...bootstrap, url: undefined } }, "bootstrap.url must be a URL"],
  ])("%s", (_, plan, message) => {
    expect(() => read(plan)).toThrow(message);
  });

  test("without a word of what may be a password", () => {
    expect(() => read({ downloads: { ...downloads, mirror: "ftp://me:hidden@mirror" } })).toThrow(
      /^(?!.*hidden).*downloads\.mirror/,
    );
  });

  test("that is not there", () => {
    expect(() => readPlan("/nowhere/plan.json")).toThrow(
      /^\/nowhere\/plan\.json cannot be read by uid \d+ \(ENOENT\)$/,
    );
  });
});
