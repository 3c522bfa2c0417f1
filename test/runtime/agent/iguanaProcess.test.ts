import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { NotYet } from "../../../runtime/agent/failures";
import { IguanaRpc } from "../../../runtime/agent/IguanaRpc";
import { IguanaProcess } from "../../../runtime/agent/iguanaProcess";
import { bundlePrograms } from "../lease/leasedNotary";
import { exitOf, freePort, until } from "../processes";
import { PUBLIC_KEY } from "./notaryUnderTest";

const OWN_ADDRESS = "198.51.100.10";
const NOBODY = 65534;
/** Another user's process can be had by root alone. */
const isRoot = process.getuid?.() === 0;

let bundles = "";
let program = "";
let iguana: ChildProcess | undefined;
let written = "";
let port = 0;

beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), "dokomodo-iguana-process-"));
  program = (await bundlePrograms(bundles)).iguana;
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));
afterEach(async () => {
  if (iguana === undefined) return;
  iguana.kill("SIGKILL");
  await exitOf(iguana);
});

async function start(): Promise<ChildProcess> {
  port = await freePort();
  written = "";
  const child = spawn(process.execPath, [program, String(port), PUBLIC_KEY, "1500"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.on("data", (data: Buffer) => {
    written += data.toString("utf8");
  });
  iguana = child;
  await until(async () => (await new IguanaRpc(port).knownNotaries().catch(() => undefined)) !== undefined);
  return child;
}

async function bringUp(): Promise<void> {
  const rpc = new IguanaRpc(port);
  await rpc.setAddress(OWN_ADDRESS);
  await rpc.addNotary(OWN_ADDRESS);
}

test("Iguana is idle until it is brought up, and when it does not run", async () => {
  const child = await start();
  const process = new IguanaProcess(port);
  expect(await process.isIdle()).toBe(true);
  await bringUp();
  expect(await process.isIdle()).toBe(false);
  child.kill("SIGSTOP");
  // One that does not answer may be up.
  expect(await process.isIdle()).toBe(false);
  child.kill("SIGKILL");
  await exitOf(child);
  expect(await process.isIdle()).toBe(true);
  expect(process.end()).toBe("it is gone");
});

test("what listens on its port is killed, also when its RPC hangs", async () => {
  const child = await start();
  await bringUp();
  child.kill("SIGSTOP");
  const process = new IguanaProcess(port);
  expect(process.obstacle()).toBeUndefined();
  expect(process.end()).toBe("it was killed");
  await exitOf(child);
  expect(child.signalCode).toBe("SIGKILL");
});

test.runIf(isRoot)("one of another user is asked to stop, and why is said", async () => {
  const child = await start();
  await bringUp();
  const asked = spawn(
    globalThis.process.execPath,
    ["-e", `process.setgid(${NOBODY}); process.setuid(${NOBODY}); ${await askingToEnd()}`],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let said = "";
  asked.stdout.on("data", (data: Buffer) => {
    said += data.toString("utf8");
  });
  await exitOf(asked);
  expect(said).toBe(
    "it was asked to stop, which takes it 20 s: Iguana runs as uid 0 and this agent as " +
      "65534:65534; it can kill Iguana only with the same uid and gid, in the same PID namespace",
  );
  await until(() => written.includes("stopping"));
  // It still runs, and may still notarise.
  expect(await new IguanaProcess(port).isIdle()).toBe(false);
  expect(await exitOf(child)).toBe(0);
});

/** A script that does what an agent does, for a process that is another user. */
async function askingToEnd(): Promise<string> {
  const { build } = await import("esbuild");
  const source = `
    import { IguanaProcess } from "./iguanaProcess";
    process.stdout.write(new IguanaProcess(${port}).end());
    setTimeout(() => process.exit(), 500);`;
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: join(__dirname, "../../../runtime/agent"), loader: "ts" },
    bundle: true,
    platform: "node",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

test("without a permit nothing is sent that brings Iguana up, questions are", async () => {
  await start();
  const rpc = new IguanaRpc(port, () => "not now");
  const coin = { symbol: "KMD", rpcPort: 1, address: "R", utxoSize: 10_000, addcoin: { conf: "x" } };
  const secrets = { rpcUser: "u", rpcPassword: "p", wif: "w" };
  for (const command of [
    rpc.setAddress(OWN_ADDRESS),
    rpc.addNotary(OWN_ADDRESS),
    rpc.addCoin(coin, secrets),
    rpc.unlock("phrase"),
    rpc.startDpow({ symbol: "KMD", dest: "LTC", pubkey: PUBLIC_KEY, freq: 5 }),
  ])
    await expect(command).rejects.toThrow(NotYet);
  expect(await rpc.knownNotaries()).toEqual([]);
  expect(await rpc.height("KMD")).toBeUndefined();
  expect(written).toBe("");
});

test("a permit is asked for when a call's turn has come, not when it was made", async () => {
  const child = await start();
  let refusal: string | undefined;
  const rpc = new IguanaRpc(port, () => refusal);
  child.kill("SIGSTOP");
  const first = rpc.setAddress(OWN_ADDRESS);
  const second = rpc.addNotary(OWN_ADDRESS).catch((failure: unknown) => failure);
  await sleep(100);
  refusal = "not now";
  child.kill("SIGCONT");
  expect(await first).toBe(OWN_ADDRESS);
  expect(await second).toBeInstanceOf(NotYet);
});
