import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { Disk } from "../../../runtime/provision/Disk";
import { provideDownloads } from "../../../runtime/provision/downloads";
import type { DownloadsPlan, LocalDirectory } from "../../../runtime/provision/plan";
import { SourceServer, serving } from "./SourceServer";
import {
  BY_HAND,
  FullDisk,
  GOES_ON,
  MortalDisk,
  NAMED,
  sha256,
  someBytes,
  temporaryDirectory,
  testRun,
  WatchedDisk,
} from "./testRun";

const MIB = 1024 * 1024;
const BODY = someBytes(4 * MIB);
const SHA256 = sha256(BODY);
const ON_ITS_WAY = 256 * 1024;
const ALL_BUT_ONE_BIT = Buffer.from(BODY);
ALL_BUT_ONE_BIT.writeUInt8(BODY.readUInt8(3 * MIB) ^ 1, 3 * MIB);

let directory = "";
beforeEach(() => {
  directory = temporaryDirectory();
});

function plan(sources: readonly string[], more: Partial<DownloadsPlan> = {}): DownloadsPlan {
  return {
    directory,
    ...NAMED,
    byHand: BY_HAND,
    files: [{ name: "sapling-spend.params", sha256: SHA256, bytes: BODY.length, sources }],
    ...more,
  };
}

/** The SHA-256 of what has the file's name. Comparing buffers byte by byte takes seconds. */
const provided = () => sha256(readFileSync(join(directory, SHA256)));
/** The file and its marker, and nothing that was left over. */
const isTidy = () => expect(readdirSync(directory).sort()).toEqual([SHA256, `${SHA256}.json`]);

test("a file is fetched, and everybody may read it and nobody change it", async () => {
  const server = await serving(BODY);
  const run = testRun();
  expect(await provideDownloads(plan([server.url("a")]), run)).toEqual([]);
  expect(provided()).toBe(SHA256);
  expect(statSync(join(directory, SHA256)).mode & 0o777).toBe(0o444);
  expect(run.lines).toContainEqual({
    progress: { what: "sapling-spend.params", done: expect.any(Number), total: BODY.length },
  });
  isTidy();
});

describe("a file that is there", () => {
  test("is not read again while it looks as it did when it was verified", async () => {
    const server = await serving(BODY);
    await provideDownloads(plan([server.url("a")]), testRun());
    const run = testRun();
    expect(await provideDownloads(plan([server.url("a")]), run)).toEqual([]);
    expect(run.lines).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("is read again after it was touched", async () => {
    const server = await serving(BODY);
    await provideDownloads(plan([server.url("a")]), testRun());
    utimesSync(join(directory, SHA256), 1, 1);
    const run = testRun();
    expect(await provideDownloads(plan([server.url("a")]), run)).toEqual([]);
    expect(run.lines).toContainEqual({
      progress: { what: "sapling-spend.params (checking)", done: expect.any(Number), total: BODY.length },
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["has one flipped bit", ALL_BUT_ONE_BIT, `has SHA-256 ${sha256(ALL_BUT_ONE_BIT)} instead of`],
    ["is short", BODY.subarray(1), `has ${BODY.length - 1} bytes instead of ${BODY.length} bytes`],
  ])("and %s is removed and fetched anew", async (_, wrong, said) => {
    const server = await serving(BODY);
    writeFileSync(join(directory, SHA256), wrong);
    const run = testRun();
    expect(await provideDownloads(plan([server.url("a")]), run)).toEqual([]);
    expect(provided()).toBe(SHA256);
    expect(run.said()).toContain(said);
    isTidy();
  });
});

test("connections that drop, each at another place, are resumed where they dropped", async () => {
  const drops = [BODY.length / 2, BODY.length / 2 + 1000, 3 * MIB, 4 * MIB - 1];
  const server = await SourceServer.start((self) => (request, response, n) => {
    self.send(request, response, BODY, { until: drops[n] ?? BODY.length });
  });
  expect(await provideDownloads(plan([server.url("a")]), testRun())).toEqual([]);
  expect(provided()).toBe(SHA256);
  const places = server.requests.map(({ range }) => Number(/\d+/.exec(range ?? "bytes=0-")?.[0]));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).toHaveLength(drops.length + 1);
  // What was on its way when a connection dropped is lost.
  expect(server.served - BODY.length).toBeLessThan(drops.length * ON_ITS_WAY);
});

test("a connection that says nothing is broken off, and the rest is fetched", async () => {
  const server = await SourceServer.start((self) => (request, response, n) => {
    self.send(request, response, BODY, n === 0 ? { until: MIB, hangs: true } : {});
  });
  const run = testRun();
  expect(await provideDownloads(plan([server.url("a")]), run)).toEqual([]);
  expect(run.said()).toContain("said nothing for 0.3 s. It is tried again.");
  expect(server.served).toBe(BODY.length);
});

test("a server that accepts a connection and never answers is given up", async () => {
  const server = await SourceServer.start(() => () => undefined);
  const [failure] = await provideDownloads(plan([server.url("a")]), testRun());
  expect(failure).toContain(`${server.url("a")} said nothing for 0.3 s.`);
  expect(server.requests).toHaveLength(5);
});

test("a source that fails again and again is tried with growing pauses, then the next one is", async () => {
  const down = await SourceServer.start(() => (_, response) => response.writeHead(500).end());
  const server = await serving(BODY);
  const run = testRun();
  expect(await provideDownloads(plan([down.url("a"), server.url("a")]), run)).toEqual([]);
  expect(down.requests).toHaveLength(5);
  expect(run.clock.slept.filter((pause) => pause > run.patience.heartbeat)).toEqual([2000, 4000, 8000]);
});

test.each([429, 503])(
  "after HTTP %i the server's Retry-After is waited for, within bounds",
  async (status) => {
    const server = await SourceServer.start((self) => (request, response, n) => {
      if (n === 0) response.writeHead(status, { "retry-after": "7" }).end();
      else if (n === 1) response.writeHead(status, { "retry-after": "86400" }).end();
      else if (n === 2) response.writeHead(status, { "retry-after": new Date(0).toUTCString() }).end();
      else self.send(request, response, BODY);
    });
    const run = testRun(undefined, { longestRetryAfter: 50_000 });
    expect(await provideDownloads(plan([server.url("a")]), run)).toEqual([]);
    expect(run.clock.slept).toEqual(expect.arrayContaining([7000, 50_000, 0]));
  },
);

test("a server that ignores Range is taken from the beginning", async () => {
  const server = await SourceServer.start((self) => (request, response, n) => {
    self.send(request, response, BODY, { ranges: false, until: n === 0 ? 2 * MIB : BODY.length });
  });
  const run = testRun();
  expect(await provideDownloads(plan([server.url("a")]), run)).toEqual([]);
  expect(provided()).toBe(SHA256);
  expect(run.said()).toContain("sends whole files only");
});

test("a part that a server sent from another place than asked is refused", async () => {
  const server = await SourceServer.start((self) => (request, response, n) => {
    if (n === 0) self.send(request, response, BODY, { until: 2 * MIB });
    else
      response
        .writeHead(206, { "content-range": `bytes 5-${BODY.length - 1}/${BODY.length}` })
        .end(BODY.subarray(5));
  });
  const [failure] = await provideDownloads(plan([server.url("a")]), testRun());
  expect(failure).toContain("sent another part of the file than it was asked for");
});

test("a source that sends one wrong bit is named, and the next one is tried", async () => {
  const bad = await serving(ALL_BUT_ONE_BIT);
  const good = await serving(BODY);
  const run = testRun();
  expect(await provideDownloads(plan([bad.url("a"), good.url("a")]), run)).toEqual([]);
  expect(provided()).toBe(SHA256);
  expect(run.said()).toContain(
    `${bad.url("a")} sent a file with another SHA-256: expected ${SHA256}, got ${sha256(ALL_BUT_ONE_BIT)}.`,
  );
  expect(good.served).toBe(BODY.length);
});

test("a source is not blamed for the bytes of another one", async () => {
  const bad = await SourceServer.start((self) => (request, response, n) => {
    if (n === 0) self.send(request, response, someBytes(BODY.length), { until: 2 * MIB });
    else response.writeHead(404).end();
  });
  const good = await serving(BODY);
  const run = testRun();
  expect(await provideDownloads(plan([bad.url("a"), good.url("a")]), run)).toEqual([]);
  expect(run.said()).toContain("the parts that were fetched make a file with another SHA-256");
  expect(run.said()).not.toContain("sent a file with another SHA-256");
  expect(provided()).toBe(SHA256);
});

test.each([
  ["shorter", BODY.subarray(1)],
  ["longer", Buffer.concat([BODY, Buffer.alloc(1)])],
])("a source with a %s file is refused before it is read", async (_, body) => {
  const server = await serving(body);
  const [failure] = await provideDownloads(plan([server.url("a")]), testRun());
  expect(failure).toContain(`has a file of ${body.length} bytes instead of ${BODY.length}.`);
  expect(readdirSync(directory)).toEqual([]);
});

test("a source without a length that sends too much is cut off", async () => {
  const server = await SourceServer.start(() => (_, response) => response.end(Buffer.concat([BODY, BODY])));
  const chunked = await SourceServer.start(() => (_, response) => {
    response.write(BODY);
    response.end(BODY);
  });
  const [failure] = await provideDownloads(plan([server.url("a"), chunked.url("a")]), testRun());
  expect(failure).toContain(`${chunked.url("a")} sends more than the ${BODY.length} bytes of the file.`);
});

describe("redirects", () => {
  test("are followed", async () => {
    const server = await serving(BODY);
    const first = await SourceServer.start(() => (_, response) => {
      response.writeHead(302, { location: server.url("moved") }).end();
    });
    expect(await provideDownloads(plan([first.url("a")]), testRun())).toEqual([]);
    expect(server.requests).toEqual([{ path: "/moved", range: undefined }]);
  });

  test("end after some", async () => {
    const server = await SourceServer.start(() => (_, response) => {
      response.writeHead(301, { location: "/a" }).end();
    });
    const [failure] = await provideDownloads(plan([server.url("a")]), testRun());
    expect(failure).toContain("redirects more than 5 times");
    expect(server.requests).toHaveLength(6);
  });

  test("lead to no other protocol", async () => {
    const server = await SourceServer.start(() => (_, response) => {
      response.writeHead(301, { location: "ftp://127.0.0.1/a" }).end();
    });
    const [failure] = await provideDownloads(plan([server.url("a")]), testRun());
    expect(failure).toContain("redirects to ftp://127.0.0.1/a, which is not https");
  });
});

describe("the order of the sources", () => {
  test("a local directory is the first, the mirror the second", async () => {
    const from = local();
    const server = await serving(BODY);
    const mirror = await SourceServer.start(() => (_, response) => response.writeHead(404).end());
    const run = testRun();
    const more = { from, mirror: mirror.url("params/") };
    expect(await provideDownloads(plan([server.url("a")], more), run)).toEqual([]);
    expect(mirror.requests[0]?.path).toBe("/params/sapling-spend.params");
    expect(run.said().split("\n")).toEqual([
      "sapling-spend.params: /root/params/sapling-spend.params is not there.",
      `sapling-spend.params: ${mirror.url("params/sapling-spend.params")} answers HTTP 404.`,
    ]);
  });

  test("a right file in the local directory needs no network", async () => {
    const from = local();
    writeFileSync(join(from.directory, "sapling-spend.params"), BODY);
    expect(await provideDownloads(plan([], { from }), testRun())).toEqual([]);
    expect(provided()).toBe(SHA256);
    isTidy();
  });

  test("a wrong file in the local directory is named, and the sources are asked", async () => {
    const from = local();
    writeFileSync(join(from.directory, "sapling-spend.params"), ALL_BUT_ONE_BIT);
    const server = await serving(BODY);
    const run = testRun();
    expect(await provideDownloads(plan([server.url("a")], { from }), run)).toEqual([]);
    expect(run.said()).toContain(`/root/params/sapling-spend.params has another SHA-256: expected ${SHA256}`);
    expect(provided()).toBe(SHA256);
  });

  test("what cannot be read in the local directory is named as people know it", async () => {
    const from = local();
    // A directory cannot be read as a file, not even by root.
    const path = join(from.directory, "sapling-spend.params");
    mkdirSync(path);
    const files = plan([]).files.map((file) => ({ ...file, bytes: statSync(path).size }));
    const [failure] = await provideDownloads(plan([], { from, files }), testRun());
    expect(failure).toContain(
      `/root/params/sapling-spend.params cannot be read by uid ${process.getuid?.()} (EISDIR`,
    );
    expect(failure).not.toContain(from.directory);
  });

  function local(): LocalDirectory {
    return { directory: temporaryDirectory(), called: "/root/params" };
  }
});

test("the message says what each source said, without passwords, and how to bring the file by hand", async () => {
  const gone = await SourceServer.start(() => (_, response) => response.writeHead(410).end());
  const stopped = await serving(BODY);
  const stoppedUrl = stopped.url("b");
  await stopped.stop();
  const secret = gone.url("a?token=hidden").replace("http://", "http://somebody:hidden@");
  const run = testRun();
  const [failure, byHand, ...more] = await provideDownloads(plan([secret, stoppedUrl]), run);
  expect(failure).toContain(
    `sapling-spend.params (${BODY.length} bytes, SHA-256 ${SHA256}) could not be fetched. `,
  );
  expect(failure).toContain(`${gone.url("a").replace("http://", "http://***@")}?*** answers HTTP 410.`);
  expect(failure).toContain(`${stoppedUrl} cannot be read (connect ECONNREFUSED`);
  expect([byHand, more]).toEqual([BY_HAND, []]);
  expect(JSON.stringify(run.lines) + failure).not.toContain("hidden");
});

test("what failed of all files is said, then once how to bring them, and the others are brought", async () => {
  const server = await SourceServer.start((self) => (request, response) => {
    if (request.url === "/b") self.send(request, response, BODY);
    else response.writeHead(404).end();
  });
  const other = (name: string, at: number) => ({
    name,
    sha256: sha256(Buffer.from([at])),
    bytes: 1,
    sources: [server.url(name)],
  });
  const { files } = plan([server.url("b")]);
  const failed = await provideDownloads(
    plan([], { files: [other("a", 1), ...files, other("c", 2)] }),
    testRun(),
  );
  expect(failed.map((message) => message.split(" ", 1)[0])).toEqual(["a", "c", "Bring"]);
  expect(provided()).toBe(SHA256);
});

describe("a full disk", () => {
  test("is seen before anything is fetched", async () => {
    const server = await serving(BODY);
    expect(await provideDownloads(plan([server.url("a")]), testRun(new FullDisk(0, 1000)))).toEqual([
      "There is no room for sapling-spend.params in the volume beer-data: 1000 bytes are free, and it needs " +
        `${BODY.length} bytes. ${GOES_ON}`,
    ]);
    expect(readdirSync(directory)).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("in the middle leaves the room to the daemons, and no other source is tried", async () => {
    const server = await serving(BODY);
    const disk = new FullDisk(2 * MIB);
    const [failure] = await provideDownloads(plan([server.url("a"), server.url("b")]), testRun(disk));
    expect(failure).toContain(`it needs ${BODY.length} bytes. ${GOES_ON}`);
    expect(readdirSync(directory)).toEqual([]);
    expect(server.requests).toHaveLength(1);
    expect(await provideDownloads(plan([server.url("a")]), testRun())).toEqual([]);
  });

  test("that is seen beforehand leaves what an earlier run has fetched, and the next run goes on with it", async () => {
    const server = await serving(BODY);
    writeFileSync(join(directory, `${SHA256}.part`), BODY.subarray(0, MIB));
    const [failure] = await provideDownloads(plan([server.url("a")]), testRun(new FullDisk(0, 1000)));
    expect(failure).toContain(`it needs ${BODY.length - MIB} bytes.`);
    expect(readdirSync(directory)).toEqual([`${SHA256}.part`]);
    expect(await provideDownloads(plan([server.url("a")]), testRun())).toEqual([]);
    expect(server.requests.map(({ range }) => range)).toEqual([`bytes=${MIB}-`, `bytes=${MIB}-`]);
    expect(provided()).toBe(SHA256);
    isTidy();
  });

  test("is told as one by whatever notices it", async () => {
    expect(await failureOn(new DeniedDisk("ENOSPC", -28))).toBe(
      `sapling-spend.params: There is no room in the volume beer-data (ENOSPC). ${GOES_ON}`,
    );
  });
});

test("a disk that refuses is told by the names that people know, and not by a path in the container", async () => {
  expect(await failureOn(new DeniedDisk("EACCES", -13))).toBe(
    `sapling-spend.params: uid ${process.getuid?.()} may not write to the volume beer-data (permission denied, EACCES). ` +
      "Let that user read and write there.",
  );
  expect(await failureOn(new DeniedDisk("EMFILE", -24))).toBe(
    "sapling-spend.params: A file in the volume beer-data cannot be used (too many open files, EMFILE).",
  );
});

/** A disk that makes no file, for such a reason. */
class DeniedDisk extends Disk {
  constructor(
    private readonly code: string,
    private readonly errno: number,
  ) {
    super();
  }

  override async create(path: string): Promise<FileHandle> {
    const { code, errno } = this;
    throw Object.assign(new Error(`${code}: in words, open '${path}'`), {
      code,
      errno,
      path,
      syscall: "open",
    });
  }
}

async function failureOn(disk: Disk): Promise<string | undefined> {
  const server = await serving(BODY);
  const [failure] = await provideDownloads(plan([server.url("a")]), testRun(disk));
  return failure;
}

test("a run that is ended leaves the part, and the next run resumes it at once", async () => {
  // All that was sent has to be there when the run ends, because it counts as served.
  const run = testRun(new WatchedDisk(2 * MIB, () => run.end()));
  const server = await SourceServer.start((self) => (request, response, n) => {
    self.send(request, response, BODY, n === 0 ? { until: 2 * MIB, hangs: true } : {});
  });
  await expect(provideDownloads(plan([server.url("a")]), run)).rejects.toThrow();
  expect(readdirSync(directory)).toEqual([`${SHA256}.part`]);
  expect(await provideDownloads(plan([server.url("a")]), testRun())).toEqual([]);
  expect(server.served).toBe(BODY.length);
  isTidy();
});

test("a run that is killed before any change is finished by the next one", async () => {
  const body = BODY.subarray(0, 100_000);
  const server = await serving(body);
  const file = { name: "a", sha256: sha256(body), bytes: body.length, sources: [server.url("a")] };
  const ofFile = () => plan([], { files: [file] });
  for (let changes = 0; ; changes++) {
    directory = temporaryDirectory();
    const failed = await provideDownloads(ofFile(), testRun(new MortalDisk(changes)));
    const path = join(directory, file.sha256);
    if (readdirSync(directory).includes(file.sha256)) expect(sha256(readFileSync(path))).toBe(file.sha256);
    expect(await provideDownloads(ofFile(), testRun())).toEqual([]);
    expect(sha256(readFileSync(path))).toBe(file.sha256);
    expect(readdirSync(directory).filter((name) => /part|lock/.test(name))).toEqual([]);
    if (failed.length > 0) continue;
    expect(changes).toBeGreaterThan(8);
    return;
  }
});
