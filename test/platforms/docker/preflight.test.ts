import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
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
      `host beta (unix://${socket}): its Docker Engine cannot be reached: no answer in ${CONNECT_SECONDS} s.`,
    );
    connection.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
});
