import { describe, expect, test } from "vitest";
import { daemonDefaults } from "../../chains/daemons";
import { describeBytes, provisionPlan, provisionsOf, urlsOf } from "../../platforms/provision";

const { downloads } = daemonDefaults("komodod");
const bootstrap = { url: "https://boot.example/beer.tar.gz", sha256: "a".repeat(64), directory: "BEER" };
const DOWNLOADS = { called: "the volume dokomodo-downloads", makeRoom: "Make room." };
const DATA = { called: "the volume beer-data", makeRoom: "Make room." };
const SURROUNDINGS = {
  downloads: { path: "/downloads", ...DOWNLOADS },
  volume: { path: "/data", ...DATA },
  byHand: "Bring them by hand.",
};

describe("what a container needs before it starts", () => {
  test("is nothing for a container without downloads and without a bootstrap", () => {
    expect(provisionsOf({})).toBeUndefined();
    expect(provisionsOf({ downloads: [] })).toBeUndefined();
  });

  test("is known of komodod, with its digests, its sizes and two sources for each file", () => {
    expect(downloads.map(({ path, bytes, sources }) => [path, bytes, sources.length])).toEqual([
      [".zcash-params/sprout-groth16.params", 725523612, 2],
      [".zcash-params/sapling-spend.params", 47958396, 2],
      [".zcash-params/sapling-output.params", 3592860, 2],
    ]);
    for (const daemon of ["verusd", "marmarad", "tokeld"])
      expect(daemonDefaults(daemon).downloads).toEqual(downloads);
    expect(daemonDefaults("litecoind").downloads).toEqual([]);
  });

  test("is planned by the files' names, with the places that the stack prefers", () => {
    const places = { mirror: "https://mirror.example/zcash", directory: "/root/params" };
    const plan = provisionPlan({ downloads, bootstrap }, places, { ...SURROUNDINGS, from: "/from" });
    expect(plan.downloads).toMatchObject({
      directory: "/downloads",
      ...DOWNLOADS,
      mirror: places.mirror,
      from: { directory: "/from", called: "/root/params" },
      byHand: "Bring them by hand.",
    });
    expect(plan.downloads?.files.map(({ name }) => name)).toEqual([
      "sprout-groth16.params",
      "sapling-spend.params",
      "sapling-output.params",
    ]);
    expect(plan.bootstrap).toEqual({ ...bootstrap, ...DATA, volume: "/data" });
  });

  test("leaves out of the plan what is not needed", () => {
    expect(provisionPlan({ downloads: [], bootstrap }, {}, SURROUNDINGS).downloads).toBeUndefined();
    expect(provisionPlan({ downloads }, {}, SURROUNDINGS).bootstrap).toBeUndefined();
  });

  test("may come from these URLs and from no others", () => {
    const mirror = "https://mirror.example/";
    const [first] = downloads;
    const one = first === undefined ? [] : [first];
    expect(urlsOf({ downloads: one, bootstrap }, { mirror })).toEqual([
      mirror,
      "https://z.cash/downloads/sprout-groth16.params",
      "https://komodoplatform.com/downloads/sprout-groth16.params",
      bootstrap.url,
    ]);
    expect(urlsOf({ downloads: [], bootstrap }, { mirror })).toEqual([bootstrap.url]);
  });
});

test("a download's progress is told in megabytes", () => {
  expect(describeBytes(12_300_000, 47_958_396)).toBe("12 of 48 MB");
  expect(describeBytes(12_300_000, undefined)).toBe("12 MB");
});
