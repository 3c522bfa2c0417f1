import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { commandFlags } from "../../../chains/chain";
import { loadChainList, selectChains } from "../../../chains/list/chainList";
import { chainListOf, complaints, listOf, only } from "../list";
import recorded from "../ports/data/ports.json";
import base from "./data/baseChains.json";

const shipped = readFileSync("assetchains.yaml", "utf8");

describe("The list that dokomodo comes with", () => {
  test("has no problems", () => {
    expect(loadChainList("assetchains.yaml", shipped).problems).toEqual([]);
  });

  test.each([
    ...recorded.assetchainsMarch2018,
    ...recorded.komodoAssetchainsJson2024,
    ...recorded.dpowAssetchainsJson2025,
  ])(
    "has the ports $p2pPort and $rpcPort of $params.ac_name",
    ({ params, p2pPort, rpcPort, magic, wireMagic }) => {
      const name = p2pPort === 23225 ? "GLEEC_OLD" : params.ac_name;

      expect(chainListOf(shipped).chains.get(name)).toMatchObject({ p2pPort, rpcPort, magic, wireMagic });
    },
  );

  test.each(base)("has the ports, the conf and the prefixes of $symbol", (coin) => {
    const chain = chainListOf(shipped).chains.get(coin.symbol);

    expect(chain).toMatchObject({
      daemon: coin.daemon,
      confPath: coin.confRelPath,
      p2pPort: coin.p2pPort,
      rpcPort: coin.rpcPort,
    });
    expect(chain?.prefixes).toMatchObject({ pubkeyHash: coin.pubtype, wif: coin.wiftype });
  });

  test("states the port of TOKEL that komodod's formula also gives", () => {
    const { daemon, ...tokel } = entryOf("TOKEL");

    expect(daemon).toBe("tokeld");
    expect(only(listOf(tokel)).p2pPort).toBe(29404);
  });

  test("has sets that a notary can run as they are", () => {
    const { chains, sets } = chainListOf(shipped);

    expect([...sets.keys()]).toEqual(["dev", "notary2025", "thirdparty2025", "thirdparty", "march2018"]);
    expect(sets.get("dev")).toEqual(["KMD", "LTC", "BEER", "PIZZA"]);
    for (const [name, members] of sets) {
      // The notary's network says that KMD is not notarised there.
      if (name === "thirdparty2025") continue;
      expect(
        members.map((symbol) => chains.get(symbol)?.dest ?? "LTC").filter((dest) => !members.includes(dest)),
      ).toEqual([]);
    }
  });
});

/** The parameters of a coin with its own daemon, without the keys that only such a coin has to state. */
function entryOf(symbol: string): Record<string, unknown> {
  const { parameterFlags = [], daemon } = chainListOf(shipped).chains.get(symbol) ?? {};
  const pairs = parameterFlags.map((flag): [string, string] => {
    const [name = "", value = ""] = flag.slice(1).split("=");
    return [name, value];
  });
  return { ...Object.fromEntries(pairs), daemon };
}

describe("A chain of the list", () => {
  test("is complete with only its name and its supply", () => {
    expect(only("chains:\n  - ac_name: BEER\n    ac_supply: 100000000\n")).toEqual({
      symbol: "BEER",
      daemon: "komodod",
      assetchain: true,
      blocks: "zcash",
      parameterFlags: ["-ac_name=BEER", "-ac_supply=100000000"],
      flags: [],
      p2pPort: 8922,
      rpcPort: 8923,
      magic: "6ebbec9f",
      wireMagic: "9fecbb6e",
      prefixes: { pubkeyHash: 60, scriptHash: 85, wif: 188 },
      dataDirectory: ".komodo/BEER",
      confPath: ".komodo/BEER/BEER.conf",
      dest: "KMD",
      freq: 2,
      status: "current",
      position: { file: "list.yaml", line: 2, column: 14 },
    });
  });

  test("keeps its flags in the written order, with one flag for each value", () => {
    const chain = only(
      listOf({ addnode: ["b", "a"], ac_supply: 5, gen: 1, ac_name: "BEER", flags: ["-debug=net"] }),
    );

    expect(chain.parameterFlags).toEqual([
      "-addnode=b",
      "-addnode=a",
      "-ac_supply=5",
      "-gen=1",
      "-ac_name=BEER",
    ]);
    expect(commandFlags(chain, "/home/komodo").at(-1)).toBe("-debug=net");
  });

  test.each([`\${HOME}/.komodo/GLEEC_OLD`, "old", "OLD"])(
    "has a symbol and a conf of its own with the data directory %s",
    (datadir) => {
      const chain = only(listOf({ ac_name: "GLEEC", ac_supply: 210000000, datadir }));

      expect(chain).toMatchObject({
        symbol: "GLEEC_OLD",
        dataDirectory: ".komodo/GLEEC_OLD",
        confPath: ".komodo/GLEEC_OLD/GLEEC.conf",
      });
      expect(commandFlags(chain, "/home/komodo")).toContain("-datadir=/home/komodo/.komodo/GLEEC_OLD");
    },
  );

  test("takes the symbol that it is given", () => {
    expect(only(listOf({ ac_name: "GLEEC", symbol: "GLEEC_2" })).symbol).toBe("GLEEC_2");
  });

  test.each([
    ["KMD", { symbol: "KMD" }, "LTC", 5],
    ["an assetchain", { ac_name: "BEER" }, "KMD", 2],
    ["CHIPS", { symbol: "CHIPS", daemon: "chipsd", p2pPort: 1, rpcPort: 2, dest: "BEER" }, "BEER", 100],
    [
      "a coin of another daemon",
      { symbol: "LTC", daemon: "litecoind", p2pPort: 1, rpcPort: 2 },
      undefined,
      2,
    ],
    ["a chain that says so", { ac_name: "PIZZA", dest: "BEER", freq: 7 }, "BEER", 7],
  ])("has the destination and frequency that Iguana itself would use: %s", (_, entry, dest, freq) => {
    const text = listOf(
      ...("ac_name" in entry && entry.ac_name === "BEER" ? [] : [{ ac_name: "BEER" }]),
      entry,
    );
    const chain = [...chainListOf(text).chains.values()].at(-1);

    expect([chain?.dest, chain?.freq]).toEqual([dest, freq]);
  });

  test("may be run by somebody else, at a url", () => {
    expect(only(listOf({ ac_name: "BEER", url: "https://chain.example:8923" })).url).toBe(
      "https://chain.example:8923",
    );
  });

  test("may state the ports that komodod computes", () => {
    expect(
      only(listOf({ ac_name: "BEER", ac_supply: 100000000, p2pPort: 8922, rpcPort: 8923 })).rpcPort,
    ).toBe(8923);
  });

  test("has other ports when the key port states one", () => {
    expect(only(listOf({ ac_name: "BEER", port: 9000 }))).toMatchObject({ p2pPort: 9000, rpcPort: 9001 });
  });
});

describe("A report of a list's problems", () => {
  test("has all of them, in the order of the file", () => {
    const text =
      "chains:\n  - ac_name: BEER\n    ac_suply: 1\n  - ac_name: PIZZA\n    freq: 1\n  - ac_name: BEER\nsets:\n  dev: [BER]\n";

    expect(complaints(text)).toEqual([
      'list.yaml:3:5: unknown key "ac_suply" in chains[0]; did you mean "ac_supply"?',
      "list.yaml:5:11: chains[1].freq must be a whole number of blocks from 2 to 100; found 1",
      'list.yaml:8:9: sets.dev[0]: no chain has the symbol "BER"; did you mean "BEER"?',
    ]);
  });

  test("quotes no password", () => {
    const entry = {
      ac_name: "BEER",
      rpcuser: "hunter2",
      rpcpassword: "hunter2",
      url: "http://a:hunter2@b:1",
      flags: ["-rpcpassword=hunter2"],
    };

    expect(complaints(listOf(entry))).toHaveLength(4);
    expect(complaints(listOf(entry)).join()).not.toContain("hunter2");
  });
});

describe("selectChains", () => {
  const chainList = chainListOf(shipped);

  test("takes symbols and sets together, each chain once", () => {
    const { chains, problems } = selectChains(chainList, ["BEER", "dev", "KMD"]);

    expect(chains.map(({ symbol }) => symbol)).toEqual(["BEER", "KMD", "LTC", "PIZZA"]);
    expect(problems).toEqual([]);
  });

  test("reports unknown names, and suggests a similar one", () => {
    expect(selectChains(chainList, ["KMD", "BEERR", "march2019"]).problems).toEqual([
      { index: 1, message: 'no chain and no set has the name "BEERR"; did you mean "BEER"?' },
      { index: 2, message: 'no chain and no set has the name "march2019"; did you mean "march2018"?' },
    ]);
  });
});
