import { describe, expect, test, vi } from "vitest";
import { openRun } from "../../../program/run";
import { recordStack } from "../../components/recordGraph";
import { ELECTED, IGUANA, loaded, told } from "../../config/clusterFiles";
import { ALPHA, CONFIG, EAST, exchanged } from "../../config/stackFiles";

/** The table with one line more. Nothing else in the project knows the third platform. */
vi.mock("../../../platforms/index", async (importOriginal) => {
  const table = await importOriginal<typeof import("../../../platforms/index")>();
  const { bench } = await import("./definition.ts");
  return { ...table, PLATFORMS: [...table.PLATFORMS, bench] };
});

const SLOT = "    - { name: alpha, platform: bench, slot: 3, address: 192.0.2.1 }\n";

/** The usual stack with its only host on the third platform. */
function onBench(host = SLOT, settings = ""): string {
  return exchanged(
    CONFIG,
    ["config:\n", `config:\n${settings}`],
    [ALPHA, host],
    [IGUANA, `${IGUANA}${ELECTED}, `],
  );
}

describe("a third platform", () => {
  test("has its own keys of a host and of the config, which are checked", () => {
    expect(loaded(onBench()).hosts).toMatchObject([{ platform: "bench", slot: 3 }]);
    expect(told(onBench(SLOT.replace("3", "none"))).join()).toContain(
      'config.dokomodo:hosts[0].slot must be a slot, counted from 1; found "none"',
    );
    expect(told(onBench(SLOT, "  dokomodo:bench: { volts: 5 }\n")).join()).toContain('unknown key "volts"');
  });

  test("has values that no message shows", () => {
    const problems = told(onBench(SLOT, "  dokomodo:bench: { key: 12345 }\n")).join();
    expect(problems).toContain("config.dokomodo:bench.key must be a string; found a secret value");
    expect(problems).not.toContain("12345");
  });

  test("has rules, names and ports, which are told together with all others", () => {
    expect(told(onBench(SLOT.replace("slot: 3, ", ""))).join()).toContain("host alpha needs a slot");
    const two = EAST + EAST.replace("east", "west");
    const problems = told(exchanged(onBench(), [EAST, two]), { east: "a phrase", west: "another" }).join(
      "\n",
    );
    expect(problems).toContain("port 7770 on the bench is wanted by p2p of KMD of notary east and by");
  });

  test("lends the lease, and says how large volumes are", () => {
    const [notary] = loaded(onBench()).notaries;
    expect(notary?.lease).toEqual({ kind: "platform" });
    expect(notary?.chains).toMatchObject([{ daemon: { storageGiB: 5 } }, {}, {}]);
  });

  test("says where a workload's data is", () => {
    const { shares } = loaded(onBench());
    const place = { stack: "dev", host: "alpha", name: "east-beer" };
    expect(shares.of("alpha")?.volumeOf(place)).toBe("the drawer of east-beer");
  });

  test("tells what keeps it from working", async () => {
    const { platforms } = await openRun(loaded(onBench(SLOT, "  dokomodo:bench: { power: false }\n")), "dev");
    expect(await Promise.all(platforms.map(({ platformRun }) => platformRun.obstacles()))).toEqual([
      ["the bench of stack dev has no power"],
    ]);
  });

  test("has its resources in the graph, and none of another platform's", async () => {
    const graph = await recordStack(loaded(onBench()));
    const own = graph.filter(({ type }) => type.startsWith("test:bench:")).map(({ name }) => name);
    expect(own).toEqual(["east-beer", "east-board", "east-iguana", "east-kmd", "east-ltc"]);
    expect(graph.filter(({ type }) => /docker|kubernetes/.test(type))).toEqual([]);
  });

  test("is in one stack with Docker hosts", async () => {
    const both = ALPHA.replace("alpha", "beta").replace("192.0.2.1", "192.0.2.2");
    const config = exchanged(onBench(SLOT + both), [
      EAST,
      EAST.replace(" }", ", placement: { BEER: beta } }"),
    ]);
    const graph = await recordStack(loaded(config));
    expect(graph.map(({ name, type }) => `${type} ${name}`)).toEqual(
      expect.arrayContaining(["test:bench:Workload east-kmd", "docker:index/container:Container east-beer"]),
    );
  });
});
