import { describe, expect, test } from "vitest";
import { NO_MEMORY } from "../../notary/memory";
import type { NetworkPlan } from "../../notary/networkPlan";
import type { PlatformShare } from "../../platforms/definition";
import { OperationsByHost } from "../../platforms/OperationsByHost";
import type { OpenOperations } from "../../platforms/operations";
import { BenchOperations } from "./third/BenchOperations";
import { bench } from "./third/definition";

/** A share of the third platform, whose operations may be others. */
function share(host: string, operations?: OpenOperations): PlatformShare {
  const made = bench.share([{ name: host, platform: "bench", listen: "0.0.0.0", slot: 1 }], {});
  return operations === undefined ? made : { ...made, operations };
}

const network: NetworkPlan = {
  name: "east",
  owner: "notary east",
  workloads: ["alpha", "beta"].map((host) => ({
    name: `east-on-${host}`,
    what: "",
    host,
    sidecars: [],
    memory: NO_MEMORY,
    published: [],
  })),
  hosts: ["alpha", "beta"],
  link: { port: 7443, remedy: "" },
  calledByWorkloads: [],
  calledFromElsewhere: [],
};
const args = { stackName: "east", networks: [network], firstName: async () => "east" };
const on = (host: string) => ({ host, workload: `east-on-${host}` });

describe("operations of several platforms", () => {
  test("are merged in a look, and each host is worked on by its own platform", async () => {
    const opened: string[] = [];
    const open =
      (host: string): OpenOperations =>
      async (own) => {
        opened.push(host);
        return new BenchOperations([host], {
          ...own,
          networks: own.networks.map((each) => ({
            ...each,
            workloads: each.workloads.filter((workload) => workload.host === host),
          })),
        });
      };
    const both = new OperationsByHost(
      ["alpha", "beta"].map((host) => share(host, open(host))),
      args,
    );
    expect(opened).toEqual([]);
    await both.stop(on("beta"), {});
    expect(opened).toEqual(["beta"]);
    const { hosts, containers } = await both.look();
    expect(hosts.map(({ name }) => name)).toEqual(["alpha", "beta"]);
    expect(containers.map(({ name, state }) => [name, state])).toEqual([
      ["east-on-alpha", "running"],
      ["east-on-beta", "stopped"],
    ]);
    expect(opened).toEqual(["beta", "alpha"]);
    both.close();
  });

  test("are those of the others where a platform cannot be opened, until it can", async () => {
    let tries = 0;
    const broken: OpenOperations = async (own) => {
      tries += 1;
      if (tries === 1) throw new Error("no client for it");
      return new BenchOperations(["beta"], { ...own, networks: [] });
    };
    const both = new OperationsByHost([share("alpha"), share("beta", broken)], args);
    expect((await both.look()).hosts).toEqual([
      { name: "alpha", version: "Bench 1" },
      { name: "beta", problem: "no client for it" },
    ]);
    expect((await both.look()).hosts).toEqual([
      { name: "alpha", version: "Bench 1" },
      { name: "beta", version: "Bench 1" },
    ]);
  });

  test("refuse a host that the stack does not have, by the names of those that it has", async () => {
    const both = new OperationsByHost([share("alpha")], args);
    await expect(both.start({ host: "gamma", workload: "x" })).rejects.toThrow(
      "No host of the stack is named gamma. Its hosts are alpha.",
    );
  });

  test("ask for the stack's first name once, however many platforms want it", async () => {
    let asked = 0;
    const asking: OpenOperations = async (own) => {
      await own.firstName();
      return new BenchOperations([], own);
    };
    const both = new OperationsByHost([share("alpha", asking), share("beta", asking)], {
      ...args,
      firstName: async () => {
        asked += 1;
        return "east";
      },
    });
    await both.look();
    expect(asked).toBe(1);
  });
});
