import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { ALL_PLANS, changesOf, type PlannedStack, planAndUp, planFile } from "../../dev/scenes/plans";
import { statedCluster } from "../../dev/standIns/cluster/tested";

const NOTARY = "augur";
/** The others are looked at on Docker hosts (test/hosts/plans.test.ts). */
const SHORT: readonly string[] = [
  "nothing",
  "another image of one chain",
  "another image of all chains of a daemon",
  "a chain that moves",
];

// In the cluster that the environment states there is no second name of an image.
describe.skipIf(statedCluster() !== undefined)("the plan of a change in a cluster names what stops", () => {
  let cluster: ClusterStack;
  const planned = (): PlannedStack => ({ stack: cluster.stack, starts });

  /** The pods of daemons and of Iguana. A pod that was made anew has another id. */
  async function starts(): Promise<Record<string, string>> {
    const format = '{range .items[*]}{.metadata.name} {.metadata.uid}{"\\n"}{end}';
    const listed = await cluster.kubectl("get", "pods", "--output", `jsonpath=${format}`);
    const pods = listed.split("\n").map((line) => line.split(" "));
    return Object.fromEntries(
      pods.flatMap(([name = "", id = ""]) => {
        const workload = name.replace(/-0$/, "");
        return /^augur-(kmd|ltc|beer|pizza|dex|iguana)$/.test(workload) ? [[workload, id]] : [];
      }),
    );
  }

  beforeAll(async () => {
    cluster = await ClusterStack.create(NOTARY, "canary phrase of the augur");
    // Both hosts are the cluster's only node.
    cluster.stack.changeHosts((hosts) => [...hosts, { name: "spare", nodes: {} }]);
    cluster.stack.changeNotary((notary) => {
      notary.chains = [{ KMD: "local" }, { LTC: "local" }, { BEER: "local" }, { PIZZA: "spare" }];
    });
    cluster.stack.writeConfig({ "dokomodo:rollOut": { atOnce: 2 } });
    await cluster.stack.up();
  });
  afterAll(() => cluster?.remove());

  async function expectAsPlanned(title: string, isCold = false): Promise<void> {
    const { markdown, predicted, stopped } = await planAndUp(planned(), isCold);
    expect(stopped).toEqual(predicted);
    await expect(markdown).toMatchFileSnapshot(planFile(title));
  }

  // The images are known when the cluster is there.
  const titles = changesOf("local", "spare", "").map(({ title }) => title);
  test.each(titles.filter((title) => ALL_PLANS || SHORT.includes(title)))("%s", async (title) => {
    // The whole name of an image is another text for the plan, and the same image for the cluster.
    const image = `docker.io/${cluster.cluster.image("komodod-regtest")}`;
    const found = changesOf("local", "spare", image).find((each) => each.title === title);
    found?.change(cluster.stack);
    await expectAsPlanned(title);
  });

  test("a mistake in the config", async ({ task }) => {
    const [restore = ""] = cluster.stack.texts();
    cluster.stack.editConfig((text) => text.replace("PIZZA: local", "PIZZA: gamma"));
    const before = await starts();
    const { exitCode, stdout } = await cluster.stack.ask(["preview", "--markdown"]);
    expect(exitCode).toBe(1);
    await expect(stdout).toMatchFileSnapshot(planFile(task.name));
    const { exitCode: ended } = await cluster.stack.run("up", "--yes", "--skip-preview", "--stack", "test");
    expect(ended).not.toBe(0);
    expect(await starts()).toEqual(before);
    cluster.stack.editConfig(() => restore);
  });

  if (ALL_PLANS) {
    test("a host that is given up", async ({ task }) => {
      cluster.stack.changeHosts((all) => all.filter(({ name }) => name !== "spare"));
      cluster.stack.changeNotary((notary) => {
        notary.chains = ["KMD", "LTC", "PIZZA", "DEX"].map((symbol) => ({ [symbol]: "local" }));
      });
      await expectAsPlanned(task.name);
    });

    test("a component of the operator's own beside the nodes", async ({ task }) => {
      cluster.stack.replaceProgram(watching(cluster.cluster.kubeconfig, cluster.namespace));
      await expectAsPlanned(task.name, true);
    });
  }
});

/** A program that has a ConfigMap beside the nodes, as a part of a component of somebody else's. */
function watching(kubeconfig: string, namespace: string): string {
  const program = join(__dirname, "..", "..", "program", "program");
  return `
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { program } from ${JSON.stringify(program)};

class Watch extends pulumi.ComponentResource {
  constructor(name: string) {
    super("example:index:Watch", name, {});
    const provider = new Provider("watched", { kubeconfig: ${JSON.stringify(kubeconfig)} }, { parent: this });
    const metadata = { name, namespace: ${JSON.stringify(namespace)} };
    new ConfigMap(name, { metadata, data: { every: "60" } }, { parent: this, provider });
  }
}

export = async () => {
  const outputs = await program();
  new Watch("augur-watch");
  return outputs;
};
`;
}
