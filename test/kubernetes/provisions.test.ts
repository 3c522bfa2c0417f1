import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClusterNotary } from "../../dev/scenes/clusterNotary";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { FileServer } from "../../dev/scenes/FileServer";
import { SYMBOLS } from "../../dev/scenes/notary";
import { PARAMETERS, parameterDownloads } from "../../dev/scenes/parameters";
import { testedCluster } from "../../dev/standIns/cluster/tested";
import { leaveFree, mountMemoryDisk, unmountMemoryDisk } from "../../dev/standIns/memoryDisk";
import { holdIn } from "../../platforms/entrypointLog";
import { tarGzOf } from "../runtime/provision/archives";

const MIB = 1024 * 1024;
const NODE = "drizzle";
const SPEND = "sapling-spend.params";

describe("daemons of a published image, in a cluster", () => {
  let cluster: ClusterStack;
  let node: ClusterNotary;
  let server: FileServer;
  const files = new Map(PARAMETERS);
  let smallDisk: SmallDisk | undefined;

  beforeAll(async () => {
    const { own } = await testedCluster();
    server = await FileServer.start(own?.outside ?? "127.0.0.1", files);
    cluster = await ClusterStack.byInit(NODE, "canary phrase of the drizzle", {
      chains: SYMBOLS,
      daemons: {
        komodod: { image: "komodod-published", command: ["/komodo/komodod"] },
        litecoind: { image: "litecoind-regtest", command: ["litecoind"] },
      },
      downloads: parameterDownloads(server.url),
    });
    node = new ClusterNotary(cluster);
  });
  afterAll(async () => {
    await cluster?.remove();
    await server?.stop();
    await smallDisk?.remove();
  });

  test("are planned by one command, which says what comes next", () => {
    const [said = ""] = cluster.stack.transcript;
    expect(said).toMatch(
      /^Node drizzle on cluster .*namespace test-drizzle, node .*with KMD, LTC, BEER, PIZZA\./,
    );
    expect(said).toMatch(/Public key 0[23][0-9a-f]{64}\n[\s\S]*to create[\s\S]*Nothing runs yet/);
    expect(said).toContain("logs --follow drizzle-kmd-0 --container daemon");
  });

  test("do not start while a file that they need cannot be had, and say why", async () => {
    for (const name of PARAMETERS.keys())
      server.fail(name, ...Array(100).fill({ kind: "refused", status: 403 }));
    const { exitCode, text } = await cluster.stack.run("up", "--yes", "--skip-preview");
    expect(text).toMatch(
      /drizzle-beer does not start: container provision ended with 1, \d+ times: sprout-groth16[^\n]+\n *sapling-spend/,
    );
    expect(text).toMatch(/403/);
    expect(exitCode).not.toBe(0);
    server.forgive();
  });

  test("come up with files from a server that drops each connection at half, once for the node", async () => {
    const before = server.served.length;
    for (const name of PARAMETERS.keys()) server.fail(name, { kind: "dropped", share: 0.5 });
    const started = Date.now();
    await cluster.stack.up();
    for (const symbol of SYMBOLS) {
      await expect
        .poll(() => node.height(symbol).catch(String), { timeout: 60_000 })
        .toEqual(expect.any(Number));
    }
    console.log(`up and all chains took ${((Date.now() - started) / 1000).toFixed(0)} s`);
    const served = server.served.slice(before).filter(({ name }) => name === SPEND);
    // What was sent last may be lost when the connection breaks off. Two whole fetches would be twice as much.
    const bytes = served.reduce((sum, each) => sum + each.bytes, 0);
    expect(bytes).toBeLessThan(1.4 * (PARAMETERS.get(SPEND)?.length ?? 0));
  });

  test("run as a user that their image does not know, with one claim for the files of all", async () => {
    const shown = await cluster.kubectl("exec", node.pod("BEER"), "--container", "daemon", "--", "id", "-u");
    expect(shown.trim()).toBe("3003");
    const claims = await cluster.kubectl("get", "persistentvolumeclaims", "--output=name");
    expect(claims.match(/downloads/g)).toHaveLength(1);
  });

  test("have the node's key in their wallets, which its agent has brought", async () => {
    const program = "/run/dokomodo/agent/agent.cjs";
    const command = ["exec", node.pod("agent"), "--container", "agent", "--", "node", program, "healthz"];
    await expect
      .poll(() => cluster.kubectl(...command).catch(String), { timeout: 60_000 })
      .toMatch(/^ok\s*$/);
    for (const symbol of SYMBOLS) {
      const address = await cluster.stack.address(symbol);
      const method = symbol === "LTC" ? "getaddressinfo" : "validateaddress";
      const owner = await node.callDaemon(symbol, method, address);
      expect(owner, symbol).toMatchObject({ ismine: true, iswatchonly: false });
    }
  });

  test("have nothing left to change afterwards", async () => {
    await cluster.stack.must("preview", "--refresh", "--expect-no-changes", "--stack", NODE);
    expect(await cluster.differences()).toBe("");
  });

  test("are filled from a bootstrap when its claim has room again, and the pod says before what it needs", async (context) => {
    if (cluster.cluster.own === undefined) return context.skip("the claim's disk is one of this machine");
    const archive = await tarGzOf({ "blocks/padding": randomBytes(2 * MIB) });
    files.set("kv.tar.gz", archive);
    const claim = `data-${NODE}-kv-0`;
    smallDisk = await SmallDisk.create(cluster, claim);
    // The archive fits, and what is in it does not.
    await smallDisk.leaveFree(archive.length + MIB);
    const sha256 = createHash("sha256").update(archive).digest("hex");
    cluster.stack.changeChain("KV", { bootstrap: { url: `${server.url}/kv.tar.gz`, sha256 } });
    const [entry] = Object(cluster.stack.config["dokomodo:nodes"]);
    cluster.stack.writeConfig({ "dokomodo:nodes": [{ ...entry, chains: [...SYMBOLS, "KV"] }] });
    const before = await daemonsOf(node);
    const { exitCode, text } = await cluster.stack.run("up", "--yes", "--skip-preview");
    expect(text).toMatch(
      RegExp(
        `${NODE}-kv does not start: container provision ended with 1, \\d+ times: The bootstrap failed\\. There is no ` +
          `room for the unpacked bootstrap in the claim ${claim} of the namespace test-${NODE}: \\d+ bytes are free, ` +
          `and it needs ${2 * MIB} bytes\\. Make room .*kubectl --namespace test-${NODE} edit pvc ${claim}`,
      ),
    );
    expect(exitCode).not.toBe(0);
    const pod = JSON.parse(await cluster.kubectl("get", "pod", `${NODE}-kv-0`, "--output=json"));
    const [status] = pod.status.initContainerStatuses;
    const told = status.lastState.terminated ?? status.state.terminated;
    // It is the text that the program wrote for the kubelet, and not the end of its log.
    expect(told.message).toMatch(/^The bootstrap failed\./);
    await smallDisk.leaveFree(2 ** 30);
    await cluster.stack.up();
    const found = await cluster.kubectl(
      "exec",
      `${NODE}-kv-0`,
      "--container",
      "daemon",
      "--",
      "sh",
      "-c",
      KV_BLOCKS,
    );
    expect(found).toContain("padding");
    expect(server.served.filter(({ name }) => name === "kv.tar.gz").map(({ bytes }) => bytes)).toEqual([
      archive.length,
    ]);
    const after = await daemonsOf(node);
    expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual([]);
  });

  test("are stopped in order by the disk guard before a claim is full, and lose nothing until it has room", async (context) => {
    const disk = smallDisk;
    if (disk === undefined) return context.skip("the claim's disk is one of this machine");
    const pod = `${NODE}-kv-0`;
    const kv = async (...args: readonly string[]) => {
      const command = ["exec", pod, "--container", "daemon", "--", "sh", "-c", KV_CALL, KV_CONF, ...args];
      return (await cluster.kubectl(...command)).trim();
    };
    const address = await cluster.stack.address("KV");
    await expect.poll(() => kv("getblockcount").catch(String), { timeout: 60_000 }).toMatch(/^\d+$/);
    const before = await statusOf(pod);
    await disk.leaveFree(600 * MIB);
    // The chain writes while its disk fills with up to 80 MB a second.
    let known = "";
    let writes = true;
    const writing = (async () => {
      while (writes) {
        await kv("generatetoaddress", "1", address);
        known = await kv("getblockcount");
      }
    })().catch(() => undefined);
    while ((await disk.freeBytes()) > 60 * MIB) {
      disk.fill(8 * MIB);
      await sleep(100);
    }
    await expect
      .poll(async () => holdIn(await lastLine()), { timeout: 60_000 })
      .toMatch(/^The disk guard holds/);
    writes = false;
    await writing;
    expect(Number(known)).toBeGreaterThan(0);
    const held = await statusOf(pod);
    expect(held.restartCount).toBe(before.restartCount + 1);
    expect(held.lastState.terminated).toMatchObject({ exitCode: 0, reason: "Completed" });
    const last = await cluster.kubectl("logs", pod, "--container", "daemon", "--previous", "--tail=40");
    expect(last).toMatch(
      /The disk guard stops the daemon: \d+ MiB are free on the disk of \/home\/komodo\/\.komodo/,
    );

    const started = Date.now();
    const { exitCode, text } = await cluster.stack.run("up", "--yes", "--skip-preview");
    console.log(`an up over a held pod ended after ${((Date.now() - started) / 1000).toFixed(0)} s`);
    expect(text).toMatch(
      /drizzle-kv does not start: The disk guard holds the daemon: \d+ MiB are free .* it starts with \d+ MiB or more\. Make room there/,
    );
    expect(exitCode).not.toBe(0);
    expect(Date.now() - started).toBeLessThan(60_000);

    disk.empty();
    await sleep(3000);
    expect(holdIn(await lastLine())).toMatch(/^The disk guard holds/);
    await cluster.kubectl("delete", "pod", pod);
    // The last call may have made a block of which nobody was told.
    const atLeast = Number(known);
    await expect
      .poll(async () => Number(await kv("getblockcount").catch(() => -1)), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(atLeast);
    expect(Number(await kv("getblockcount"))).toBeLessThanOrEqual(atLeast + 1);
    await cluster.stack.up();

    function lastLine(): Promise<string> {
      return cluster.kubectl("logs", pod, "--container", "daemon", "--tail=1");
    }

    async function statusOf(name: string) {
      const { status } = JSON.parse(await cluster.kubectl("get", "pod", name, "--output=json"));
      return status.containerStatuses.find(({ name: role }: { name: string }) => role === "daemon");
    }
  });
});

const KV_CONF = "/home/komodo/.komodo/KV/KV.conf";
const KV_CALL =
  'exec litecoin-cli -regtest -conf="$0" -rpcport="$(sed -n s/^rpcport=//p "$0")" -datadir=/tmp "$@"';
const KV_BLOCKS = "ls /home/komodo/.komodo/KV/blocks";

/** Container ids of the daemons, keyed by pod and container. */
async function daemonsOf(node: ClusterNotary): Promise<Record<string, string>> {
  const all = Object.entries(await node.containers());
  return Object.fromEntries(all.filter(([name]) => name.endsWith("/daemon") && !name.includes("-kv-")));
}

/** A volume of a claim that a pod is going to have. It is a disk in this machine's memory, which can be made full. */
class SmallDisk {
  private constructor(
    private readonly cluster: ClusterStack,
    private readonly name: string,
    private readonly directory: string,
  ) {}

  static async create(cluster: ClusterStack, claim: string): Promise<SmallDisk> {
    const name = `small-${cluster.namespace}`;
    const directory = mkdtempSync(join(tmpdir(), "small-disk-"));
    await mountMemoryDisk(directory);
    const capacity = { storage: "64Gi" };
    const here = { key: "kubernetes.io/hostname", operator: "In", values: [cluster.cluster.own?.node] };
    await cluster.cluster.kubectl.apply(
      {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name },
        spec: {
          capacity,
          accessModes: ["ReadWriteOnce"],
          storageClassName: name,
          persistentVolumeReclaimPolicy: "Retain",
          local: { path: directory },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [here] }] } },
        },
      },
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: claim, namespace: cluster.namespace },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: name,
          volumeName: name,
          resources: { requests: capacity },
        },
      },
    );
    return new SmallDisk(cluster, name, directory);
  }

  leaveFree(bytes: number): Promise<void> {
    return leaveFree(this.directory, bytes);
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.directory);
    return bavail * bsize;
  }

  /** Writes so much beside the pod's own files. */
  fill(bytes: number): void {
    appendFileSync(this.filler, Buffer.alloc(bytes, 1));
  }

  /** Removes what `fill` wrote. */
  empty(): void {
    rmSync(this.filler);
  }

  private get filler(): string {
    return join(this.directory, "filler");
  }

  async remove(): Promise<void> {
    await this.cluster.cluster.kubectl.run("delete", "persistentvolume", this.name, "--wait=false");
    await unmountMemoryDisk(this.directory);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
