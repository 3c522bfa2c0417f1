import { describe, expect, test } from "vitest";
import { daemonDefaults } from "../../chains/daemons";
import { needsOn } from "../../notary/provisions";
import { only } from "../chains/list";

const BOOTSTRAP = { url: "https://boot.example/beer.tar.gz", sha256: "a".repeat(64) };
const komodod = { ...daemonDefaults("komodod"), image: "komodod" };
const litecoind = { ...daemonDefaults("litecoind"), image: "litecoind" };
const kmd = only("chains:\n  - { symbol: KMD }\n");
const beer = only("chains:\n  - { ac_name: BEER, ac_supply: 100000000 }\n");
const ltc = only("chains:\n  - { symbol: LTC, daemon: litecoind, p2pPort: 9333, rpcPort: 9332 }\n");

const east = {
  name: "east",
  chains: [
    { chain: { ...kmd, bootstrap: BOOTSTRAP }, daemon: komodod, host: "alpha" },
    { chain: ltc, daemon: litecoind, host: "beta" },
    { chain: { ...beer, bootstrap: BOOTSTRAP }, daemon: komodod, host: "alpha" },
  ],
};

describe("what the daemons of a host need", () => {
  test("has each file once, however many daemons need it", () => {
    expect(needsOn("alpha", [east, { ...east, name: "west" }]).downloads).toEqual(komodod.downloads);
    expect(needsOn("beta", [east])).toEqual({ downloads: [], volumes: [] });
  });

  test("has each volume that is to be filled, with the chain's place in it", () => {
    const { volumes } = needsOn("alpha", [east]);
    expect(volumes.map(({ workload, directory, user }) => [workload, directory, user])).toEqual([
      ["east-kmd", "", "3003:3003"],
      ["east-beer", "BEER", "3003:3003"],
    ]);
    expect(volumes[0]).toMatchObject(BOOTSTRAP);
  });
});
