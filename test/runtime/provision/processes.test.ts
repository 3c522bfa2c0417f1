import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { bundlePath } from "../../../runtime/build";
import type { BootstrapPlan, ProvisionPlan } from "../../../runtime/provision/plan";
import { parseReport, type ReportLine } from "../../../runtime/provision/report";
import { exitOf, until } from "../processes";
import { chain, tarGzOf } from "./archives";
import { SourceServer, serving } from "./SourceServer";
import { BY_HAND, GOES_ON, NAMED, sha256, someBytes, temporaryDirectory } from "./testRun";

const MIB = 1024 * 1024;
const BODY = someBytes(4 * MIB);
const SHA256 = sha256(BODY);

let directory = "";
beforeEach(() => {
  directory = temporaryDirectory();
});

const filling = (server: SourceServer, archive: Buffer, into = "BEER"): BootstrapPlan => ({
  ...NAMED,
  url: server.url("b"),
  sha256: sha256(archive),
  volume: directory,
  directory: into,
});

const downloads = (server: SourceServer, into = directory): ProvisionPlan => ({
  downloads: {
    directory: into,
    ...NAMED,
    byHand: BY_HAND,
    files: [{ name: "sapling-spend.params", sha256: SHA256, bytes: BODY.length, sources: [server.url("a")] }],
  },
});

interface Program {
  readonly child: ChildProcess;
  lines(): readonly (ReportLine | undefined)[];
}

/** The bundle as a process. */
function start(plan: unknown): Program {
  const path = join(temporaryDirectory(), "plan.json");
  writeFileSync(path, JSON.stringify(plan));
  const child = spawn(process.execPath, [bundlePath("provision"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return { child, lines: () => output.trimEnd().split("\n").map(parseReport) };
}

async function endOf({
  child,
  lines,
}: Program): Promise<{ code: number | null; last: ReportLine | undefined }> {
  const code = await exitOf(child);
  return { code, last: lines().at(-1) };
}

test("it ends with 0 and done, and a second one has nothing to do", async () => {
  const server = await serving(BODY);
  expect(await endOf(start(downloads(server)))).toEqual({ code: 0, last: { done: true } });
  const second = start(downloads(server));
  expect(await endOf(second)).toEqual({ code: 0, last: { done: true } });
  expect(second.lines()).toHaveLength(1);
  expect(await endOf(start({}))).toEqual({ code: 0, last: { done: true } });
});

test("it ends with 1 and with everything that failed", async () => {
  const archive = await tarGzOf(chain());
  const server = await SourceServer.start(() => (_, response) => response.writeHead(404).end());
  const bootstrap = filling(server, archive);
  const terminationMessage = join(temporaryDirectory(), "termination-log");
  writeFileSync(terminationMessage, "");
  const { code, last } = await endOf(start({ ...downloads(server), bootstrap, terminationMessage }));
  expect(code).toBe(1);
  const failed: unknown = last !== undefined && "failed" in last ? last.failed : [];
  expect(failed).toEqual([
    expect.stringMatching(/^sapling-spend\.params \(.*\) could not be fetched\./),
    BY_HAND,
    expect.stringContaining("The bootstrap failed."),
  ]);
  expect(readFileSync(terminationMessage, "utf8").split("\n")).toEqual(failed);
});

test("of many failures at once the kubelet gets whole ones, and the number of the others", async () => {
  const terminationMessage = join(temporaryDirectory(), "termination-log");
  writeFileSync(terminationMessage, "");
  const files = Array.from({ length: 60 }, (_, i) => {
    return { name: `file-${i}.params`, sha256: sha256(Buffer.from([i])), bytes: 1, sources: [] };
  });
  const plan = { downloads: { ...NAMED, byHand: BY_HAND, directory, files }, terminationMessage };
  const { code, last } = await endOf(start(plan));
  expect(code).toBe(1);
  const failed: readonly string[] = last !== undefined && "failed" in last ? last.failed : [];
  expect(failed).toHaveLength(61);
  const message = readFileSync(terminationMessage, "utf8");
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(3072);
  const lines = message.split("\n");
  const end = lines.pop();
  expect(lines).toEqual(failed.slice(0, lines.length));
  expect(end).toMatch(RegExp(`^And ${61 - lines.length} more\\. `));
});

test("a wrong plan ends it with 64, and all that is wrong is said", async () => {
  const { code, last } = await endOf(start({ downloads: { directory: "here", files: [{}] } }));
  expect(code).toBe(64);
  expect(JSON.stringify(last)).toMatch(
    /downloads\.directory must be an absolute path; downloads\.files\[0\]\.name/,
  );
});

test("ten programs on one directory fetch a file once", async () => {
  const server = await SourceServer.start((self) => (request, response) => {
    setTimeout(() => self.send(request, response, BODY), 1500);
  });
  const programs = Array.from({ length: 10 }, () => start(downloads(server)));
  const ends = await Promise.all(programs.map(endOf));
  expect(ends).toEqual(programs.map(() => ({ code: 0, last: { done: true } })));
  expect(server.requests).toHaveLength(1);
  expect(readdirSync(directory).sort()).toEqual([SHA256, `${SHA256}.json`]);
});

describe("a program that is ended at half", () => {
  async function halfServed(): Promise<SourceServer> {
    return SourceServer.start((self) => (request, response, n) => {
      self.send(request, response, BODY, n === 0 ? { until: 2 * MIB, hangs: true } : {});
    });
  }
  const hasHalf = (program: Program) =>
    until(() => program.lines().length > 0 && readdirSync(directory).some((name) => sizeIsHalf(name)));
  const sizeIsHalf = (name: string) =>
    name.includes(".part") && readFileSync(join(directory, name)).length === 2 * MIB;

  test("by SIGKILL is followed by one that resumes, once its lock is old", async () => {
    const server = await halfServed();
    const first = start(downloads(server));
    await hasHalf(first);
    first.child.kill("SIGKILL");
    await exitOf(first.child);
    const others = [start(downloads(server)), start(downloads(server))];
    expect((await Promise.all(others.map(endOf))).map(({ code }) => code)).toEqual([0, 0]);
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, `bytes=${2 * MIB}-`]);
    expect(server.served).toBe(BODY.length);
    expect(readdirSync(directory).sort()).toEqual([SHA256, `${SHA256}.json`]);
  });

  test("by SIGTERM ends with 143 at once, and the next one resumes at once", async () => {
    const server = await halfServed();
    const first = start(downloads(server));
    await hasHalf(first);
    const before = Date.now();
    first.child.kill("SIGTERM");
    expect(await exitOf(first.child)).toBe(143);
    expect(readdirSync(directory)).toEqual([`${SHA256}.part`]);
    expect((await endOf(start(downloads(server)))).code).toBe(0);
    expect(Date.now() - before).toBeLessThan(8000);
    expect(server.served).toBe(BODY.length);
  });
});

test("a bootstrap that is killed while it is fetched is resumed", async () => {
  const archive = await tarGzOf({ ...chain("KMD/"), "KMD/blocks/blk00001.dat": BODY });
  const server = await SourceServer.start((self) => (request, response, n) => {
    self.send(request, response, archive, n === 0 ? { until: MIB, hangs: true } : {});
  });
  const bootstrap = filling(server, archive, "");
  const first = start({ bootstrap });
  await until(() => server.served === MIB && first.lines().length > 0);
  // What was served is not yet what was written.
  await until(() =>
    readdirSync(directory).some(
      (name) => name.includes(".part.") && statSync(join(directory, name)).size > 0,
    ),
  );
  first.child.kill("SIGKILL");
  await exitOf(first.child);
  expect(await endOf(start({ bootstrap }))).toEqual({ code: 0, last: { done: true } });
  expect(server.requests[1]?.range).toMatch(/^bytes=\d+-$/);
  expect(sha256(readFileSync(join(directory, "blocks/blk00001.dat")))).toBe(SHA256);
});

describe.skipIf(process.getuid?.() !== 0)("on a disk of 3 MiB", () => {
  let small = "";
  beforeEach(() => {
    small = join(directory, "small");
    mkdirSync(small);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", small]);
    onTestFinished(() => void execFileSync("umount", [small]));
  });

  test("a file of 4 MiB is refused, and one that fits is brought", async () => {
    const server = await serving(BODY);
    const { code, last } = await endOf(start(downloads(server, small)));
    expect(code).toBe(1);
    expect(last).toEqual({
      failed: [
        expect.stringMatching(
          /^There is no room for sapling-spend\.params in the volume beer-data: \d+ bytes are free, and it needs 4194304 bytes\./,
        ),
      ],
    });
    expect(readdirSync(small)).toEqual([]);
    const bytes = BODY.subarray(0, MIB);
    const file = { name: "a", sha256: sha256(bytes), bytes: MIB, sources: [(await serving(bytes)).url("a")] };
    const fitting = { ...downloads(server, small).downloads, files: [file] };
    expect((await endOf(start({ downloads: fitting }))).code).toBe(0);
  });

  test("a file of unknown length leaves the room free again", async () => {
    const server = await SourceServer.start(() => (_, response) => {
      response.write(BODY);
      response.end();
    });
    const bootstrap = { ...filling(server, BODY, ""), volume: small };
    const { code, last } = await endOf(start({ bootstrap }));
    expect(code).toBe(1);
    expect(last).toEqual({
      failed: [
        expect.stringMatching(
          /^The bootstrap failed\. There is no room for the bootstrap in the volume beer-data: 3\d{6} bytes are free, and it needs more than that\./,
        ),
      ],
    });
    expect(JSON.stringify(last)).toContain(GOES_ON);
    expect(readdirSync(small)).toEqual([]);
  });
});
