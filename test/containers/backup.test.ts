import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { drillReport } from "../../cli/drill/report";
import { prepareImages } from "../../dev/images/images";
import {
  BACKUP_PASSWORD,
  type CallMethod,
  fillWallet,
  holdingOf,
  stateBackups,
} from "../../dev/scenes/backups";
import { readProcesses, readTree } from "../../dev/scenes/canary";
import { Deaths } from "../../dev/scenes/Deaths";
import { docker, dockerLogs, startTimes } from "../../dev/scenes/docker";
import { callDaemon, untilWhole } from "../../dev/scenes/notary";
import { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import { STACK_LABEL } from "../../platforms/stackLabel";

const NOTARY = "harbor";
const PASSPHRASE = "canary phrase of the harbor";
/** `npm run soak:backup` has twenty. */
const ROUNDS = Number(process.env["DOKOMODO_BACKUP_ROUNDS"] ?? 3);
const CHAINS = ["KMD", "LTC", "BEER"] as const;

describe("the wallets of a notary on a Docker host", () => {
  let stack: TestStack;
  let store: string;
  /** Private keys that wallets of the tests made. */
  const keys: string[] = [];
  const call: CallMethod = (method, ...params) => callDaemon(NOTARY, "BEER", method, params);
  /** What commands have said. */
  const said: string[] = [];
  const dokomodo = async (...args: readonly string[]) => {
    const text = await stack.dokomodo(...args);
    said.push(text);
    return text;
  };
  const sidecars = CHAINS.map((symbol) => `${NOTARY}-${symbol.toLowerCase()}-backup`);

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    store = mkdtempSync(join(tmpdir(), "dokomodo-store-"));
    // Each daemon's user makes its repository here.
    chmodSync(store, 0o1777);
    stack = await TestStack.create(NOTARY, PASSPHRASE, "127.0.0.17");
    stack.changeNotary((notary) => {
      notary.chains = [...CHAINS];
    });
    await stack.up();
    await untilWhole(NOTARY, 120, CHAINS.length);
  });
  afterAll(async () => {
    await stack?.remove();
    if (store !== undefined) rmSync(store, { recursive: true, force: true });
  });

  test("begin to be kept without a changed password or volume, and each daemon ends once", async () => {
    const volumes = () => docker("volume", "ls", "--quiet", "--filter", `name=^${NOTARY}-`);
    const before = {
      passwords: await stack.passwords(),
      volumes: await volumes(),
      starts: await startTimes(NOTARY),
    };
    const deaths = await Deaths.watch(NOTARY);
    await stateBackups(stack, { to: store, every: "1m" });
    await stack.up();
    await deaths.end();
    const daemons = CHAINS.map((symbol) => `${NOTARY}-${symbol.toLowerCase()}`);
    expect(deaths.mostAtOnce(daemons)).toBe(1);
    expect(await stack.passwords()).toEqual(before.passwords);
    expect(await volumes()).toBe(before.volumes);
    expect(Object.keys(await startTimes(NOTARY)).sort()).toEqual(
      [...Object.keys(before.starts), ...sidecars].sort(),
    );
    await untilWhole(NOTARY, 120, CHAINS.length);
  });

  test("are kept by one command, with the stack's own files, and no daemon stops", async () => {
    const before = await startTimes(NOTARY);
    const kept = await dokomodo("backup");
    for (const symbol of CHAINS) expect(kept).toContain(`${symbol}: is kept`);
    expect(kept).toContain(
      "stack test: state.json, Pulumi.yaml, Pulumi.test.yaml, assetchains.yaml are kept",
    );
    expect(await startTimes(NOTARY)).toEqual(before);
    const listed = JSON.parse(await dokomodo("backup", "--list", "--json"));
    const wallets = { backups: expect.arrayContaining([expect.objectContaining({ kind: "wallet" })]) };
    expect(listed).toMatchObject([...CHAINS].sort().map((chain) => ({ chain, ...wallets })));
  });

  test("come back whole, also if they were kept while coins went in and out", async () => {
    const address = await fillWallet(call);
    for (let round = 0; round < ROUNDS; round++) {
      let isOver = false;
      const writing = (async () => {
        for (let sent = 1; !isOver; sent++) {
          await call("sendtoaddress", address, 0.1);
          if (sent % 10 === 0) await call("generatetoaddress", 1, address);
        }
      })();
      await dokomodo("backup", "BEER");
      isOver = true;
      await writing;
      const before = await holdingOf(call, address);
      await dokomodo("restore", "BEER", "--yes");
      expect(await holdingOf(call, address)).toEqual(before);
      keys.push(String(before.key));
    }
  });

  test("come back with all blocks, keys and coins on an empty volume", async () => {
    const address = await fillWallet(call, 1);
    const before = await holdingOf(call, address);
    keys.push(String(before.key));
    expect(await dokomodo("backup", "BEER", "--with-blocks")).toContain("BEER: is kept");
    const [{ backups }] = JSON.parse(await dokomodo("backup", "BEER", "--list", "--json"));
    const { height, balance } = before;
    expect(backups[0]).toMatchObject({ kind: "all", height, balance });
    await dokomodo("stop", "BEER");
    await emptyVolume(`${NOTARY}-beer-data`);
    await dokomodo("start", "BEER");
    await expect(call("dumpprivkey", address)).rejects.toThrow(/not known/);
    const restored = await dokomodo("restore", "BEER", "--with-blocks", "--yes");
    expect(restored).toContain("BEER: has the data of");
    expect(await holdingOf(call, address)).toEqual(before);
  });

  test("are restored for a drill beside the daemons that run, also after one that was broken off, and nothing of it stays", async () => {
    const before = await startTimes(NOTARY);
    await leaveDrill();
    expect(await stack.ask(["drill"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/another drill of this stack began \d+ s ago.*--remove/),
    });
    expect(await dokomodo("drill", "--remove")).toContain("are removed");
    expect(await labelled("test.drill")).toEqual(["", "", ""]);
    const { exitCode, stdout, stderr } = await stack.ask(["drill", "--json"]);
    said.push(stdout, stderr);
    const { ok, chains } = drillReport.parse(JSON.parse(stdout));
    expect(chains.map(({ problem }) => problem)).toEqual([undefined, undefined, undefined]);
    expect({ exitCode, stderr, ok }).toEqual({ exitCode: 0, stderr: "", ok: true });
    expect(chains).toMatchObject(
      [...CHAINS].sort().map((symbol) => {
        return { symbol, node: NOTARY, hasKey: true, backup: expect.anything() };
      }),
    );
    expect(await startTimes(NOTARY)).toEqual(before);
    expect(await labelled("test.drill")).toEqual(["", "", ""]);
  });

  test("are kept every minute, as the config says", async () => {
    const kept = () => dockerLogs(`${NOTARY}-kmd-backup`);
    await vi.waitFor(async () => expect(await kept()).toMatch(/backup: kept the wallet of harbor-kmd as/), {
      timeout: 130_000,
      interval: 1000,
    });
  });

  test("show no secret: not in the store, in a log, in a container, in a process, or in what was said", async () => {
    const running = dokomodo("backup");
    const seen = [readProcesses("cmdline"), readProcesses("environ")];
    await running;
    const inspected = await docker("inspect", ...sidecars);
    const logs = await Promise.all(sidecars.map(dockerLogs));
    const texts = [...seen, readTree(store), ...logs, ...said];
    for (const secret of [BACKUP_PASSWORD, PASSPHRASE, ...keys]) {
      for (const text of texts) expect(text.includes(secret), secret.slice(0, 3)).toBe(false);
    }
    expect(inspected).not.toContain(BACKUP_PASSWORD);
  });
});

/** Leaves what a drill leaves that is killed: a container that runs on a network and has a volume. */
async function leaveDrill(): Promise<void> {
  const label = ["--label", `${STACK_LABEL}=test.drill`];
  const name = `drill-${NOTARY}`;
  for (const kind of ["network", "volume"]) await docker(kind, "create", ...label, name);
  const runs = ["--network", name, "--volume", `${name}:/data`, "--name", name];
  await docker("run", "--detach", ...label, ...runs, "dokomodo-testbed/debian:dev", "sleep", "600");
}

/** Containers, networks and volumes of a stack, whether they run or not. */
function labelled(stackName: string): Promise<string[]> {
  const quiet = ["--quiet", "--filter", `label=${STACK_LABEL}=${stackName}`];
  const kinds = [
    ["container", "ls", "--all"],
    ["network", "ls"],
    ["volume", "ls"],
  ];
  return Promise.all(kinds.map((kind) => docker(...kind, ...quiet)));
}

async function emptyVolume(name: string): Promise<void> {
  const remove = "rm -rf /data/* /data/.[!.]*";
  const shell = ["--user", "0", "--entrypoint", "sh", "dokomodo-testbed/debian:dev", "-c", remove];
  await docker("run", "--rm", "--volume", `${name}:/data`, ...shell);
}
