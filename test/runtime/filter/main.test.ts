import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { exitOf, freePort, until } from "../processes";
import { DaemonStandIn } from "./DaemonStandIn";

const FILTER = join(__dirname, "../../../runtime/bundles/filter.cjs");
const directory = mkdtempSync(join(tmpdir(), "filter-"));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

function start(...args: string[]) {
  const child = spawn(process.execPath, [FILTER, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      output.text += data.toString("utf8");
    });
  return { child, output };
}

test("the bundle serves, refuses, and ends on SIGTERM", async () => {
  const daemon = await DaemonStandIn.start();
  const port = await freePort();
  const plan = {
    port,
    chains: { KMD: { rpcPort: daemon.port } },
    clients: { explorer: { chains: ["KMD"] } },
  };
  const { child, output } = start(
    file("plan.json", plan),
    file("secrets.json", { KMD: { rpcUser: "dokomodo", rpcPassword: "hidden" } }),
  );
  const call = (method: string) =>
    fetch(`http://127.0.0.1:${port}/KMD`, {
      method: "POST",
      headers: { "X-Dokomodo-Client": "explorer" },
      body: JSON.stringify({ method }),
    });
  await until(async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
  expect((await call("getblockcount")).status).toBe(200);
  expect((await call("stop")).status).toBe(403);
  expect(daemon.received.map(({ body }) => body)).toEqual(['{"method":"getblockcount"}']);
  child.kill("SIGTERM");
  expect(await exitOf(child)).toBe(0);
  expect(output.text).toContain(`filter: serves 127.0.0.1:${port}, 1 clients, 1 chains\n`);
  expect(output.text).toContain("refused client explorer on KMD: stop\n");
  expect(output.text).not.toContain("hidden");
  await daemon.end();
});

test("wrong arguments end it with 64, wrong files with 78, each with a message", async () => {
  const usage = start();
  expect(await exitOf(usage.child)).toBe(64);
  expect(usage.output.text).toBe("filter: usage: node filter.cjs <plan.json> <secrets.json>\n");
  const wrong = start(
    file("wrong.json", { port: 1, chains: {}, clients: { a: { chains: ["KMD"] } } }),
    "none",
  );
  expect(await exitOf(wrong.child)).toBe(78);
  expect(wrong.output.text).toMatch(/clients\.a\.chains\[0\] must be one of chains, which are none\n$/);
});
