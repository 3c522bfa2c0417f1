import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { ClusterNotary } from "../../dev/scenes/clusterNotary";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { dockerLogs } from "../../dev/scenes/docker";
import { callDaemon, iguanaHeight, untilWhole } from "../../dev/scenes/notary";
import { statedCluster } from "../../dev/standIns/cluster/tested";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NOTARY = "mist";

describe.skipIf(statedCluster())("a notary in a cluster and on a Docker host", () => {
  let cluster: ClusterStack;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    cluster = await ClusterStack.create(NOTARY, "canary phrase of the mist");
    const { own } = cluster.cluster;
    if (own === undefined) throw new Error("This test needs a cluster that was started for the tests.");
    const outside = { address: own.outside, listen: own.outside };
    cluster.stack.changeHosts(() => [
      { name: "local", address: own.address },
      { name: "shore", platform: "docker", docker: "unix:///var/run/docker.sock", ...outside },
    ]);
    const settings = Object(cluster.stack.config["dokomodo:kubernetes"]);
    cluster.stack.writeConfig({ "dokomodo:kubernetes": { ...settings, publish: "hostPort" } });
  });
  afterAll(() => cluster?.remove());

  test("lets Iguana in the cluster see a chain on the Docker host, and that chain call KMD in the cluster", async () => {
    place("local", { BEER: "shore" });
    await cluster.stack.up();
    const notary = new ClusterNotary(cluster);
    await notary.untilWhole(120);
    await callDaemon(NOTARY, "BEER", "generatetoaddress", [1, await cluster.stack.address("BEER")]);
    await notary.untilWhole(30, { symbol: "BEER", height: 1 });
    expect(await notary.iguanaHeight("BEER")).toBe(1);
    await expect
      .poll(() => dockerLogs("mist-beer"), { timeout: 60_000 })
      .toMatch(/KMD at 127\.0\.0\.1:7771 answers/);
    await cluster.stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  test("lets an operator call Iguana from outside of the cluster", async () => {
    const answer = await cluster.stack.dokomodo(
      "iguana",
      "dpow/notarizations",
      JSON.stringify({ symbol: "BEER" }),
    );
    expect(JSON.parse(answer)).toMatchObject({ coin: "BEER", maxheight: 1 });
  });

  test("lets Iguana on the Docker host see chains in the cluster, and warns of chains that move", async () => {
    place("shore", { KMD: "local", LTC: "local" });
    const text = await cluster.stack.up();
    expect(text).toMatch(
      /PIZZA of notary mist moves from local to shore: it starts with an empty volume there/,
    );
    await untilWhole(NOTARY, 120);
    const notary = new ClusterNotary(cluster);
    await notary.mine("KMD");
    await expect
      .poll(() => iguanaHeight(NOTARY, "KMD"), { timeout: 30_000 })
      .toBe(await notary.height("KMD"));
    await cluster.stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  function place(host: string, placement: Readonly<Record<string, string>>): void {
    cluster.stack.changeNotary((notary) => {
      notary["host"] = host;
      notary["placement"] = placement;
    });
  }
});
