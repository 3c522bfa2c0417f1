import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClusterNotary, changedPods } from "../../dev/scenes/clusterNotary";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { diagnosed, statusOf } from "../../dev/scenes/diagnoses";
import { SYMBOLS } from "../../dev/scenes/notary";
import { processesOfPod, SECRET_FILES, shownTo } from "../../dev/scenes/processFiles";
import { statedCluster } from "../../dev/standIns/cluster/tested";
import { PROCESS_GROUP } from "../../platforms/user";
import { describeSecrets } from "./secrets";

const NOTARY = "cirrus";
const PASSPHRASE = "canary phrase of the cirrus";
/** A daemon asks its peer every few seconds. */
const PATIENCE = { timeout: 30_000 };

describe("a notary in a cluster", () => {
  let cluster: ClusterStack;
  let notary: ClusterNotary;

  beforeAll(async () => {
    cluster = await ClusterStack.create(NOTARY, PASSPHRASE);
    notary = new ClusterNotary(cluster);
    await cluster.stack.up();
    await notary.untilWhole(120);
  });
  afterAll(() => cluster?.remove());

  test.each(SYMBOLS)("lets Iguana see %s at its daemon's height, notarised", async (symbol) => {
    expect(await notary.iguanaHeight(symbol)).toBe(await notary.height(symbol));
    const again = { agent: "iguana", method: "dpow", symbol, pubkey: await cluster.stack.publicKey() };
    expect(await notary.askIguana(again)).toMatchObject({ error: "cant dPoW same coin again" });
  });

  test("shows a mined block at Iguana's next poll", async () => {
    const before = await notary.height("BEER");
    await notary.untilWholeAgain(15);
    expect(await notary.iguanaHeight("BEER")).toBe(before + 1);
  });

  test("carries the daemons' own calls: assetchains to KMD, KMD to LTC", async () => {
    const log = (symbol: string) => cluster.kubectl("logs", notary.pod(symbol), "--container", "daemon");
    await expect.poll(() => log("beer"), PATIENCE).toMatch(/KMD at 127\.0\.0\.1:7771 answers/);
    await expect.poll(() => log("kmd"), PATIENCE).toMatch(/LTC at 127\.0\.0\.1:9332 answers/);
  });

  test("holds the lease of its key", async () => {
    expect((await notary.status())?.lease).toMatchObject({ state: "held" });
    const lease = `dokomodo-${await cluster.stack.publicKey()}`;
    const holder = await cluster.kubectl(
      "get",
      "lease",
      lease,
      "--output",
      "jsonpath={.metadata.annotations}",
    );
    expect(holder).toContain(`notary ${NOTARY} of stack test on host local`);
  });

  test("meets the restricted Pod Security Standard, which its namespace enforces", async () => {
    const labels = await cluster.cluster.kubectl.run(
      "get",
      "namespace",
      cluster.namespace,
      "--output",
      "jsonpath={.metadata.labels}",
    );
    expect(JSON.parse(labels)).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
    const pods = await cluster.kubectl("get", "pods", "--output", "json");
    const { items } = JSON.parse(pods);
    expect(items).toHaveLength(1 + SYMBOLS.length);
    // On this dry run the API server checks the existing pods against the standard.
    const stricter = ["label", "--dry-run=server", "--overwrite", "namespace", cluster.namespace];
    const warnings = await cluster.cluster.kubectl.run(
      ...stricter,
      "pod-security.kubernetes.io/enforce=restricted",
    );
    expect(warnings).not.toMatch(/violate/i);
  });

  test.skipIf(statedCluster() !== undefined)(
    "shows nothing of its processes to a login of the node that has a daemon's uid",
    async () => {
      for (const workload of ["beer", "iguana"]) {
        const uidOfPod = await cluster.kubectl(
          "get",
          "pod",
          `${NOTARY}-${workload}-0`,
          "--output=jsonpath={.metadata.uid}",
        );
        const processes = (await processesOfPod(uidOfPod)).filter(({ uid }) => uid !== 0 && uid !== 65535);
        expect(processes.length).toBeGreaterThan(1);
        for (const { pid, uid } of processes) {
          expect(await shownTo({ uid, gid: uid }, pid)).toEqual([]);
          expect(await shownTo({ uid, gid: PROCESS_GROUP }, pid)).toEqual(SECRET_FILES);
        }
      }
    },
  );

  describeSecrets(() => ({ cluster, notary }), PASSPHRASE);

  test("answers its operator through a port that kubectl forwards", async () => {
    const forward = await cluster.forward("cirrus-iguana", 7443);
    const call = [
      "iguana",
      "dpow/notarizations",
      JSON.stringify({ symbol: "BEER" }),
      "--at",
      forward.address,
    ];
    const answer = JSON.parse(await cluster.stack.dokomodo(...call).finally(() => forward.end()));
    expect(answer).toMatchObject({ coin: "BEER", maxheight: await notary.height("BEER") });
  });

  test("shows its operator how it is, by the same commands as on Docker hosts", async () => {
    const { hosts, iguanas, chains, others, problems } = await statusOf(cluster.stack);
    expect(problems).toEqual([]);
    expect(hosts).toMatchObject([{ version: expect.stringMatching(/^Kubernetes v1\./) }]);
    expect(iguanas).toMatchObject([{ state: "ready", lease: "held", chains: 4 }]);
    expect(chains.map(({ symbol, state, restarts }) => [symbol, state, restarts])).toEqual(
      SYMBOLS.map((symbol) => [symbol, "synced", 0]),
    );
    expect(others).toEqual([]);
    const wrong = async () => {
      const checks = (await diagnosed(cluster.stack))["BEER"]?.checks ?? [];
      return checks.filter(({ level }) => level === "bad").map(({ check }) => check);
    };
    // Its wallet has no coins yet. The agent reads them once a minute.
    await expect.poll(wrong, { timeout: 90_000, interval: 2000 }).toEqual(["coins"]);
    expect(await cluster.stack.dokomodo("logs", "agent", "--tail", "2")).toMatch(/^\d{4}-.*\n\d{4}-.*$/);
    expect(await cluster.stack.dokomodo("logs", "BEER", "KMD", "--tail", "1")).toMatch(/^(BEER|KMD ) \| /);
    const failed = await cluster.stack.ask(["exec", "BEER", "sh", "-c", "echo seen; exit 3"]);
    expect(failed).toMatchObject({ exitCode: 3, stdout: "seen" });
  });

  test("has no change to make right after an up, even when a refresh reads what runs", async () => {
    const told = await cluster.stack.must("preview", "--expect-no-changes", "--stack", "test");
    expect(told).not.toContain("no volume in namespace");
    await cluster.stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
    const before = await notary.containers();
    await cluster.stack.up();
    expect(changedPods(before, await notary.containers())).toEqual([]);
  });

  test("changes nothing when the stack is renamed", async () => {
    await cluster.stack.must("stack", "rename", "renamed", "--stack", "test");
    try {
      await cluster.stack.must("preview", "--expect-no-changes", "--stack", "renamed");
    } finally {
      await cluster.stack.must("stack", "rename", "test", "--stack", "renamed");
    }
  });

  test("gets a warning that its volumes would be empty in another namespace, with where its data stays", async () => {
    const told =
      /KMD, LTC, BEER, PIZZA of notary cirrus: no volume in namespace test-cirrus-moved of cluster .*syncs the whole chain again\. Their data stays in namespace test-cirrus\./;
    expect(await previewIn("test-cirrus-moved")).toMatch(told);
  });

  test("has exactly the objects that were applied", async () => {
    expect(await cluster.differences()).toBe("");
  });

  test("gets one more chain without a restart of any pod but Iguana's", async () => {
    const before = await notary.containers();
    cluster.stack.changeNotary((config) => config.chains.push("KV"));
    await cluster.stack.up();
    await notary.untilWhole(60, { chains: 5 });
    expect(changedPods(before, await notary.containers())).toEqual(["cirrus-iguana-0", "cirrus-kv-0"]);
  });

  test("loses a chain without a restart of any pod but Iguana's, and keeps the chain's claim", async () => {
    const before = await notary.containers();
    cluster.stack.changeNotary((config) => config.chains.pop());
    await cluster.stack.up();
    await notary.untilWhole(60);
    expect(changedPods(before, await notary.containers())).toEqual(["cirrus-iguana-0", "cirrus-kv-0"]);
    expect(await cluster.kubectl("get", "persistentvolumeclaims", "--output", "name")).toContain(
      "data-cirrus-kv-0",
    );
  });

  test("changes BEER's password on both its sides and restarts no other pod", async () => {
    const conf = () => notary.readFile("beer", "daemon", "/home/komodo/.komodo/BEER/BEER.conf");
    const oldConf = await conf();
    const before = await notary.containers();
    await cluster.stack.dokomodo("rotate", "BEER", "--yes");
    await notary.untilWhole(60);
    expect(changedPods(before, await notary.containers())).toEqual(["cirrus-beer-0", "cirrus-iguana-0"]);
    const newConf = await conf();
    expect(newConf).not.toBe(oldConf);
    const told = await notary.readFile("iguana", "iguana", "/home/iguana/.komodo/BEER/BEER.conf");
    expect(told).toMatch(/^rpcuser=.+\nrpcpassword=.+\nrpcport=/);
    expect(newConf.startsWith(told)).toBe(true);
    // Iguana was told the former password, and called with it until it was replaced.
    expect(await notary.statusWith("BEER", oldConf)).toBe(200);
    expect(await notary.statusWith("BEER", "rpcuser=dokomodo\nrpcpassword=anything")).toBe(401);
  });

  test("leaves its claims when it is destroyed, and uses them again when it comes back with the same keys", async () => {
    await notary.untilWholeAgain(30);
    const key = await cluster.stack.publicKey();
    const height = await notary.height("BEER");
    const claims = () =>
      cluster.kubectl("get", "persistentvolumeclaims", "--output", "jsonpath={.items[*].metadata.uid}");
    const before = await claims();
    expect(before.split(" ")).toHaveLength(5);
    await cluster.stack.must("destroy", "--yes", "--skip-preview", "--stack", "test");
    expect(
      await cluster.kubectl("get", "pods,statefulsets,secrets,services,networkpolicies", "--output", "name"),
    ).toBe("");
    expect(await claims()).toBe(before);
    expect(await previewIn("test-cirrus-moved")).toMatch(
      /no volume in namespace test-cirrus-moved .* Volumes of these names are in namespace test-cirrus\./,
    );
    await cluster.stack.up();
    await notary.untilWhole(120);
    expect(await claims()).toBe(before);
    expect(await cluster.stack.publicKey()).toBe(key);
    expect(await notary.height("BEER")).toBe(height);
  });

  /** The output of a preview while the config names another namespace. */
  async function previewIn(namespace: string): Promise<string> {
    const { config } = cluster.stack;
    const settings = Object(config["dokomodo:kubernetes"]);
    cluster.stack.writeConfig({ "dokomodo:kubernetes": { ...settings, namespace } });
    const text = await cluster.stack.must("preview", "--stack", "test");
    cluster.stack.writeConfig(config);
    return text;
  }
});
