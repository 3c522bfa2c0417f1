import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClusterNotary } from "../../dev/scenes/clusterNotary";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { FileServer } from "../../dev/scenes/FileServer";
import { SYMBOLS } from "../../dev/scenes/notary";
import { PARAMETERS, parameterDownloads } from "../../dev/scenes/parameters";
import { testedCluster } from "../../dev/standIns/cluster/tested";

const NODE = "drizzle";
const SPEND = "sapling-spend.params";

describe("daemons of a published image, in a cluster", () => {
  let cluster: ClusterStack;
  let node: ClusterNotary;
  let server: FileServer;

  beforeAll(async () => {
    const { own } = await testedCluster();
    server = await FileServer.start(own?.outside ?? "127.0.0.1", PARAMETERS);
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
      /drizzle-beer does not start: container provision ended with 1, \d+ times: .*sapling-spend/,
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

  test("have nothing left to change afterwards", async () => {
    await cluster.stack.must("preview", "--refresh", "--expect-no-changes", "--stack", NODE);
    expect(await cluster.differences()).toBe("");
  });
});
