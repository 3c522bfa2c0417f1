import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerAt, startTimes } from "../../dev/scenes/docker";
import { ALL_PLANS, changesOf, type PlannedStack, planAndUp, planFile } from "../../dev/scenes/plans";
import { createSpanningStack } from "../../dev/scenes/spanning";
import type { TestStack } from "../../dev/scenes/TestStack";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";

const NOTARY = "seer";
const IMAGE = "dkx-seer/komodod:2";
/** The others are looked at in a cluster (test/kubernetes/plans.test.ts). */
const SHORT: readonly string[] = [
  "another password of one chain",
  "a second authority",
  "a chain that moves",
  "a chain more",
  "a chain less",
];

describe("the plan of a change on Docker hosts names the daemons that its up stops", () => {
  let hosts: TestHosts;
  let stack: TestStack;
  const socket = (host: string) => hosts.host(host).socket;
  const planned = (): PlannedStack => ({ stack, starts });

  async function starts(): Promise<Record<string, string>> {
    const all = await Promise.all(
      Object.keys(hosts.hosts).map((host) => startTimes(NOTARY, socket(host)).catch(() => ({}))),
    );
    const isServed = ([name]: [string, string]) => /^seer-(kmd|ltc|beer|pizza|dex|iguana)$/.test(name);
    return Object.fromEntries(all.flatMap((each) => Object.entries<string>(each)).filter(isServed));
  }

  beforeAll(async () => {
    hosts = await TestHosts.start(["alpha", "beta"], { pool: 31 });
    for (const host of ["alpha", "beta"])
      await dockerAt(socket(host), "tag", "dokomodo-testbed/komodod-regtest:dev", IMAGE);
    stack = await createSpanningStack(NOTARY, hosts, {
      KMD: "alpha",
      LTC: "alpha",
      BEER: "alpha",
      PIZZA: "beta",
    });
    await stack.up();
  });
  afterAll(async () => {
    stack?.forget();
    await hosts?.stop();
  });

  const changes = changesOf("alpha", "beta", IMAGE).filter(({ title }) => ALL_PLANS || SHORT.includes(title));
  test.each(changes.map(({ title, change }) => [title, change] as const))("%s", async (title, change) => {
    change(stack);
    await expectAsPlanned(title);
  });

  async function expectAsPlanned(title: string, isCold = false): Promise<void> {
    const { markdown, predicted, stopped } = await planAndUp(planned(), isCold);
    expect(stopped).toEqual(predicted);
    await expect(markdown).toMatchFileSnapshot(planFile(title));
  }

  if (ALL_PLANS) {
    test("a mistake in the config", async ({ task }) => {
      const restore = stack.texts()[0] ?? "";
      stack.editConfig((text) => text.replace("PIZZA: alpha", "PIZZA: gamma"));
      const before = await starts();
      const { exitCode, stdout, stderr } = await stack.ask(["preview", "--markdown"]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("gamma");
      await expect(stdout).toMatchFileSnapshot(planFile(task.name));
      const up = await stack.run("up", "--yes", "--skip-preview", "--stack", "test");
      expect(up.exitCode).not.toBe(0);
      expect(await starts()).toEqual(before);
      stack.editConfig(() => restore);
    });
  }

  test("a host that is gone", async ({ task }) => {
    await hosts.cut("beta");
    await stack.dokomodo("hosts", "forget", "beta", "--yes");
    stack.changeHosts((all) => all.filter(({ name }) => name !== "beta"));
    stack.changeNotary((notary) => {
      notary.chains = notary.chains.map((each) => ({
        [typeof each === "string" ? each : (Object.keys(each)[0] ?? "")]: "alpha",
      }));
    });
    await expectAsPlanned(task.name);
  });

  test("a component of the operator's own beside the nodes", async ({ task }) => {
    stack.replaceProgram(watching(socket("alpha")));
    await expectAsPlanned(task.name, true);
  });
});

/** A program that has a container beside the nodes, as a part of a component of somebody else's. */
function watching(socket: string): string {
  const program = join(__dirname, "..", "..", "program", "program");
  return `
import { Container } from "@pulumi/docker/container";
import { Provider } from "@pulumi/docker/provider";
import * as pulumi from "@pulumi/pulumi";
import { program } from ${JSON.stringify(program)};

class Watch extends pulumi.ComponentResource {
  constructor(name: string) {
    super("example:index:Watch", name, {});
    const provider = new Provider("watched", { host: "unix://${socket}" }, { parent: this });
    const image = "dokomodo-testbed/node:dev";
    new Container(name, { name, image, entrypoints: ["sleep"], command: ["600"], mustRun: true }, { parent: this, provider });
  }
}

export = async () => {
  const outputs = await program();
  new Watch("seer-watch");
  return outputs;
};
`;
}
