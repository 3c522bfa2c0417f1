import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { provideBootstrap } from "../../../runtime/provision/bootstrap";
import { chain, type Entries, tarGzOf, tarOf } from "./archives";
import { SourceServer, serving } from "./SourceServer";
import {
  FullDisk,
  GOES_ON,
  MortalDisk,
  NAMED,
  sha256,
  someBytes,
  temporaryDirectory,
  testRun,
} from "./testRun";

const FINISHED = ".dokomodo-bootstrap-finished.json";

let volume = "";
beforeEach(() => {
  volume = temporaryDirectory();
});

const plan = (server: SourceServer, archive: Buffer, directory = "BEER") => ({
  url: server.url("bootstrap.tar.gz"),
  sha256: sha256(archive),
  volume,
  ...NAMED,
  directory,
});

/** All files below the volume, with their content. */
function filesIn(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(directory.length + 1), sha256(readFileSync(path))]),
  );
}

/** What the volume has to have at the end. */
function wholeChain(directory = "BEER/"): Record<string, string> {
  const files = Object.entries(chain(directory)).filter(([name]) => !name.endsWith("/"));
  return Object.fromEntries(files.map(([name, content]) => [name, sha256(Buffer.from(String(content)))]));
}

function expectWhole(directory = "BEER/", more: Record<string, string> = {}): void {
  const { [FINISHED]: finished, ...files } = filesIn(volume);
  expect(finished).toBeDefined();
  expect(files).toEqual({ ...wholeChain(directory), ...more });
}

test.each([
  ["tar.gz", tarGzOf],
  ["tar", tarOf],
])("an empty data directory is filled from a %s", async (_, archiveOf) => {
  const archive = await archiveOf({ ...chain("./"), "./peers.dat": "peers", "./database/log.1": "log" });
  const server = await serving(archive);
  const run = testRun();
  expect(await provideBootstrap(plan(server, archive), run)).toEqual([]);
  expectWhole();
  expect(run.lines).toContainEqual({
    progress: { what: "the bootstrap", done: expect.any(Number), total: archive.length },
  });
});

test("KMD's data is in the volume itself", async () => {
  const archive = await tarGzOf(chain("KMD/"));
  const server = await serving(archive);
  expect(await provideBootstrap(plan(server, archive, ""), testRun())).toEqual([]);
  expectWhole("");
});

test("an archive that GNU tar made is read", async () => {
  const source = temporaryDirectory();
  const name = "x".repeat(150);
  mkdirSync(join(source, "blocks", name), { recursive: true });
  writeFileSync(join(source, "blocks", name, name), "long");
  const archive = execFileSync("tar", ["-C", source, "-cz", "blocks"]);
  const server = await serving(archive);
  expect(await provideBootstrap(plan(server, archive), testRun())).toEqual([]);
  expect(readFileSync(join(volume, "BEER/blocks", name, name), "utf8")).toBe("long");
});

describe("a chain's data", () => {
  test("is not filled a second time, even if it is gone", async () => {
    const archive = await tarGzOf(chain());
    const server = await serving(archive);
    await provideBootstrap(plan(server, archive), testRun());
    execFileSync("rm", ["-r", join(volume, "BEER")]);
    const run = testRun();
    expect(await provideBootstrap(plan(server, archive), run)).toEqual([]);
    expect(run.said()).toBe(
      "The chain's data is in the volume beer-data already, so no bootstrap is fetched.",
    );
    expect(server.requests).toHaveLength(1);
  });

  test("that is there is left alone", async () => {
    const archive = await tarGzOf(chain());
    const server = await serving(archive);
    mkdirSync(join(volume, "BEER/blocks"), { recursive: true });
    const run = testRun();
    expect(await provideBootstrap(plan(server, archive), run)).toEqual([]);
    expect(run.said()).toContain("already, so no bootstrap is fetched");
    expect(server.requests).toEqual([]);
    expect(readdirSync(volume)).toEqual(["BEER"]);
  });

  test("without blocks is not mixed with another one", async () => {
    const archive = await tarGzOf(chain());
    const server = await serving(archive);
    mkdirSync(join(volume, "BEER/chainstate"), { recursive: true });
    expect(await provideBootstrap(plan(server, archive), testRun())).toEqual([
      "The bootstrap failed. There is BEER/chainstate in the volume beer-data, but no blocks. Remove it, or leave " +
        "out the chain's bootstrap.",
    ]);
    expect(server.requests).toEqual([]);
  });
});

test("wallet.dat and the conf of the data directory stay as they are", async () => {
  const archive = await tarGzOf(chain());
  const server = await serving(archive);
  mkdirSync(join(volume, "BEER"));
  writeFileSync(join(volume, "BEER/wallet.dat"), "keys");
  writeFileSync(join(volume, "BEER/BEER.conf"), "conf");
  expect(await provideBootstrap(plan(server, archive), testRun())).toEqual([]);
  const kept = {
    "BEER/wallet.dat": sha256(Buffer.from("keys")),
    "BEER/BEER.conf": sha256(Buffer.from("conf")),
  };
  expectWhole("BEER/", kept);
});

describe("an archive is refused, and nothing of it is kept", () => {
  const REFUSED: readonly (readonly [string, Entries, string])[] = [
    ["a path that climbs out", { "../../evil": "x" }, 'has "../../evil", a path that climbs out'],
    ["an absolute path", { "/tmp/evil": "x" }, 'has the absolute path "/tmp/evil"'],
    ["a symbolic link", { chainstate: { type: "symlink", linkname: "/etc" } }, "nor a directory (symlink)"],
    ["a hard link", { "blocks/x": { type: "link", linkname: "wallet.dat" } }, "nor a directory (link)"],
    ["a device", { "blocks/x": { type: "character-device" } }, "nor a directory (character-device)"],
    ["a wallet", { "wallet.dat": "keys" }, 'has "wallet.dat", a wallet'],
    ["a conf", { "KMD.conf": "rpcpassword=x" }, 'has "KMD.conf", a daemon\'s conf'],
  ];
  test.each(REFUSED)("with %s", async (_, entries, message) => {
    await refused(await tarGzOf({ ...chain(), ...entries }), message);
  });

  test("with a file with holes, whose content is not the file's", async () => {
    const source = temporaryDirectory();
    mkdirSync(join(source, "blocks"));
    execFileSync("truncate", ["-s", "10M", join(source, "blocks/blk00000.dat")]);
    for (const format of ["gnu", "posix"])
      await refused(
        execFileSync("tar", ["-C", source, "-cS", `--format=${format}`, "blocks"]),
        "nor a directory",
      );
  });

  test("without blocks", async () => {
    await refused(await tarGzOf({ "chainstate/CURRENT": "x" }), "has no blocks/");
  });

  test("that is cut off", async () => {
    const whole = await tarGzOf(chain());
    await refused(
      whole.subarray(0, whole.length - 20),
      "is no tar archive, or a damaged one (unexpected end of file)",
    );
    const plain = await tarOf(chain());
    await refused(plain.subarray(0, 1024), "is no tar archive, or a damaged one (Unexpected end of data)");
    await refused(plain.subarray(0, plain.length - 1024), "is cut off");
    await refused(gzipSync(plain.subarray(0, plain.length - 1024)), "is cut off");
  });

  test("that is none", async () => {
    await refused(someBytes(5000), "is no tar archive");
    await refused(gzipSync(someBytes(5000)), "is no tar archive");
    await refused(Buffer.from("<html>Not found</html>"), "is no tar archive");
  });

  async function refused(archive: Buffer, message: string): Promise<void> {
    volume = temporaryDirectory();
    const server = await serving(archive);
    const [failure] = await provideBootstrap(plan(server, archive), testRun());
    expect(failure).toContain(`The archive of ${server.url("bootstrap.tar.gz")} `);
    expect(failure).toContain(message);
    const refusal = `.dokomodo-bootstrap-refused-${sha256(archive)}`;
    expect(readdirSync(volume)).toEqual([refusal]);
    // It is not fetched again at each start.
    expect(await provideBootstrap(plan(server, archive), testRun())).toEqual([failure]);
    expect(server.requests).toHaveLength(1);
  }
});

test("an archive with one flipped bit is not unpacked", async () => {
  const archive = await tarGzOf(chain());
  const flipped = Buffer.from(archive);
  flipped.writeUInt8(archive.readUInt8(100) ^ 1, 100);
  const server = await serving(flipped);
  const [failure] = await provideBootstrap(plan(server, archive), testRun());
  expect(failure).toContain(
    `sent a file with another SHA-256: expected ${sha256(archive)}, got ${sha256(flipped)}.`,
  );
  expect(readdirSync(volume)).toEqual([]);
});

test("an archive that goes bad on the disk is fetched again by the next run", async () => {
  const archive = await tarOf(chain());
  const server = await serving(archive);
  const path = join(volume, `.dokomodo-bootstrap-archive-${sha256(archive)}`);
  const flipped = Buffer.from(archive);
  flipped.writeUInt8(archive.readUInt8(3000) ^ 1, 3000);
  writeFileSync(path, flipped);
  const [failure] = await provideBootstrap(plan(server, archive), testRun());
  expect(failure).toContain(
    "was damaged in the volume beer-data, and was removed. The next run fetches it again.",
  );
  expect(await provideBootstrap(plan(server, archive), testRun())).toEqual([]);
  expectWhole();
});

test("another archive than the one that was refused is fetched", async () => {
  const bad = await tarGzOf({ ...chain(), "wallet.dat": "keys" });
  const good = await tarGzOf(chain());
  const server = await SourceServer.start((self) => (request, response, n) => {
    self.send(request, response, n === 0 ? bad : good);
  });
  expect(await provideBootstrap(plan(server, bad), testRun())).toHaveLength(1);
  expect(await provideBootstrap(plan(server, good), testRun())).toEqual([]);
  expectWhole();
});

describe("a full disk", () => {
  test("is seen before anything is unpacked", async () => {
    const archive = await tarGzOf(chain());
    const server = await serving(archive);
    const disk = new FullDisk(Number.MAX_SAFE_INTEGER, archive.length);
    const [failure] = await provideBootstrap(plan(server, archive), testRun(disk));
    expect(failure).toBe(
      "The bootstrap failed. There is no room for the unpacked bootstrap in the volume beer-data: " +
        `${archive.length} bytes are free, and it needs ${53_248 + 3 * 4096} bytes. ${GOES_ON}`,
    );
    expect(existsSync(join(volume, "BEER"))).toBe(false);
    expect(await provideBootstrap(plan(server, archive), testRun())).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("while it is unpacked leaves nothing of it", async () => {
    const archive = await tarGzOf(chain());
    const server = await serving(archive);
    const disk = new FullDisk(archive.length + 30_000);
    const [failure] = await provideBootstrap(plan(server, archive), testRun(disk));
    expect(failure).toContain("There is no room for the unpacked bootstrap in the volume beer-data: ");
    expect(readdirSync(volume)).toEqual([`.dokomodo-bootstrap-archive-${sha256(archive)}`]);
  });
});

test("an archive of unknown length that was fetched whole before the program was killed is not fetched again", async () => {
  const archive = await tarGzOf(chain());
  const server = await serving(archive);
  writeFileSync(join(volume, `.dokomodo-bootstrap-archive-${sha256(archive)}.part.1-killed`), archive);
  expect(await provideBootstrap(plan(server, archive), testRun())).toEqual([]);
  expect(server.requests).toEqual([{ path: "/bootstrap.tar.gz", range: `bytes=${archive.length}-` }]);
  expect(server.served).toBe(0);
  expectWhole();
});

test("a run that is killed before any change leaves nothing that a daemon takes for whole, and the next finishes it", async () => {
  const archive = await tarGzOf(chain("./"));
  const server = await serving(archive);
  const seen = { staged: 0, halfMoved: 0 };
  for (let changes = 0; ; changes++) {
    volume = temporaryDirectory();
    mkdirSync(join(volume, "BEER"));
    writeFileSync(join(volume, "BEER/wallet.dat"), "keys");
    const kept = { "BEER/wallet.dat": sha256(Buffer.from("keys")) };
    const failed = await provideBootstrap(plan(server, archive), testRun(new MortalDisk(changes)));
    if (existsSync(join(volume, "BEER/blocks"))) expect(filesIn(volume)).toMatchObject(wholeChain());
    const names = readdirSync(volume);
    if (names.some((name) => name.includes("staging-"))) seen.staged++;
    if (existsSync(join(volume, "BEER/chainstate")) && !existsSync(join(volume, "BEER/blocks")))
      seen.halfMoved++;
    expect(await provideBootstrap(plan(server, archive), testRun())).toEqual([]);
    expectWhole("BEER/", kept);
    if (failed.length > 0) continue;
    expect(seen.staged).toBeGreaterThan(10);
    expect(seen.halfMoved).toBeGreaterThan(2);
    return;
  }
});
