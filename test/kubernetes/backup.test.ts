import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drillReport } from "../../cli/drill/report";
import {
  BACKUP_PASSWORD,
  type CallMethod,
  fillWallet,
  holdingOf,
  stateBackups,
} from "../../dev/scenes/backups";
import { ClusterNotary } from "../../dev/scenes/clusterNotary";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { S3_ACCESS } from "../../dev/scenes/StoreStandIn";
import { TestNamespace } from "../../dev/standIns/cluster/namespace";
import { type TestedCluster, testedCluster } from "../../dev/standIns/cluster/tested";

const NODE = "quay";
const CHAINS = ["KMD", "LTC", "BEER"];

describe("the wallets of a node in a cluster", () => {
  let cluster: ClusterStack;
  let node: ClusterNotary;
  let elsewhere: TestNamespace;
  let tested: TestedCluster;
  const call: CallMethod = (method, ...params) => node.callDaemon("BEER", method, ...params);

  beforeAll(async () => {
    tested = await testedCluster();
    elsewhere = await TestNamespace.create("cellar", tested);
    await elsewhere.startPod("store", ["store"], { image: tested.image("store") });
    const address = await elsewhere.kubectl("get", "pod", "store", "--output", "jsonpath={.status.podIP}");
    cluster = await ClusterStack.create(NODE, "canary phrase of the quay", tested);
    node = new ClusterNotary(cluster);
    cluster.stack.changeNotary((notary) => {
      notary.chains = CHAINS;
      notary["dest"] = {};
    });
    const to = `s3:http://${address}:9000/backups`;
    const { keyId, key } = S3_ACCESS;
    await stateBackups(cluster.stack, { to, every: "none", s3: { keyId } }, tested.image("restic"));
    await cluster.stack.setSecret("dokomodo:backup.s3.key", key);
    await cluster.stack.up();
    await node.untilWhole(120, { chains: CHAINS.length });
  });
  afterAll(async () => {
    await cluster?.remove();
    await elsewhere?.remove();
  });

  test("are kept in an S3 store by one command, and no pod is made anew", async () => {
    const before = await node.containers();
    const said = await cluster.stack.dokomodo("backup");
    for (const symbol of CHAINS) expect(said).toContain(`${symbol}: is kept`);
    expect(said).toContain("stack test: state.json");
    expect(await node.containers()).toEqual(before);
  });

  test("come back with all blocks, keys and coins on an empty volume", async () => {
    const address = await fillWallet(call);
    const before = await holdingOf(call, address);
    expect(await cluster.stack.dokomodo("backup", "BEER", "--with-blocks")).toContain("BEER: is kept");
    await call("stop");
    await inSidecar("rm -rf /home/komodo/.komodo/BEER");
    await cluster.stack.dokomodo("restart", "BEER");
    await expect(call("dumpprivkey", address)).rejects.toThrow(/not known/);
    const said = await cluster.stack.dokomodo("restore", "BEER", "--with-blocks", "--yes");
    expect(said).toContain("BEER: has the data of");
    expect(await holdingOf(call, address)).toEqual(before);
  });

  test("are restored for a drill in a namespace of its own, and nothing of it stays", async () => {
    const before = await node.containers();
    const drill = ["drill", "BEER", "--with-blocks", "--json"];
    const kubectl = (...args: readonly string[]) => tested.kubectl.run(...args);
    const namespace = `${cluster.namespace}-drill`;
    await kubectl("create", "namespace", namespace);
    expect(await cluster.stack.ask(drill)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        `has a namespace ${namespace} already, and it is not of the stack test.drill`,
      ),
    });
    await kubectl("delete", "namespace", namespace);
    const { exitCode, stdout } = await cluster.stack.ask(drill);
    const { chains } = drillReport.parse(JSON.parse(stdout));
    expect(chains).toHaveLength(1);
    const { backup } = chains[0] ?? {};
    expect(backup).toMatchObject({ kind: "all", height: expect.any(Number), balance: expect.any(Number) });
    const { height, balance } = { ...backup };
    expect(chains[0]).toMatchObject({ hasKey: true, height, balance });
    expect({ exitCode, problem: chains[0]?.problem }).toEqual({ exitCode: 0, problem: undefined });
    expect(await kubectl("get", "namespace", namespace, "--ignore-not-found")).toBe("");
    expect(await node.containers()).toEqual(before);
  });

  test("show no secret in the objects of the cluster but its Secrets", async () => {
    const kinds = "pods,statefulsets,configmaps,services,networkpolicies,events";
    const objects = await cluster.kubectl("get", kinds, "--output", "json");
    for (const secret of [BACKUP_PASSWORD, S3_ACCESS.key]) expect(objects).not.toContain(secret);
  });

  function inSidecar(command: string): Promise<string> {
    return cluster.kubectl("exec", node.pod("beer"), "--container", "backup", "--", "sh", "-c", command);
  }
});
