import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CONNECT_SECONDS } from "../../../platforms/docker/host";
import { probe } from "../../../platforms/docker/preflight";

describe("a host that accepts a call and does not answer", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is waited for exactly as long as the message says", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dokomodo-silent-"));
    const socket = join(folder, "silent.sock");
    const server = createServer(() => {}).listen(socket);
    await once(server, "listening");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const called = once(server, "connection");
    let said: string | undefined;
    void probe({ name: "beta", docker: `unix://${socket}`, ssh: {} }).then((problem) => {
      said = problem;
    });
    const [connection] = await called;
    await vi.advanceTimersByTimeAsync(CONNECT_SECONDS * 1000 - 1);
    expect(said).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    expect(said).toBe(
      `host beta (unix://${socket}): its Docker Engine cannot be reached: no answer in ${CONNECT_SECONDS} s. Its log on the host says more (journalctl -u docker).`,
    );
    connection.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
});

describe("a probe over ssh tells what this machine lacks:", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dokomodo-without-ssh-"));
    vi.stubEnv("HOME", folder);
    vi.stubEnv("PATH", folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const gamma = { name: "gamma", docker: "ssh://ops@127.0.0.1:1", ssh: {} };

  test("the program", async () => {
    expect(await probe(gamma)).toBe(
      "host gamma (ssh://ops@127.0.0.1:1): ssh cannot be run on this machine (spawn ssh ENOENT). Install an SSH client, such as Debian's openssh-client.",
    );
  });

  test("a folder for it", async () => {
    await writeFile(join(folder, "file"), "");
    vi.stubEnv("HOME", join(folder, "file"));
    expect(await probe(gamma)).toMatch(
      /^host gamma \(\S+\): ssh needs the folder \S+\/\.ssh on this machine, and it cannot be made \(ENOTDIR: .*\)\. Make it yourself/,
    );
  });
});
