import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { addcoinRequest } from "../../chains/addcoin";
import { selectChains } from "../../chains/list/chainList";
import { chainListOf } from "./list";

const chainList = chainListOf(readFileSync("assetchains.yaml", "utf8"));

function requestOf(symbol: string, home = "/home/iguana") {
  const [chain] = selectChains(chainList, [symbol]).chains;
  if (!chain) {
    throw new Error(symbol);
  }
  return addcoinRequest(chain, { home });
}

describe("addcoin", () => {
  test.each([
    [
      "KMD",
      {
        conf: "komodo.conf",
        path: "home/iguana/.komodo",
        zcash: 1,
        poll: 10,
        startpend: 8,
        endpend: 8,
        services: 0,
        maxpeers: 32,
        netmagic: "f9eee48d",
        p2p: 7770,
        rpc: 7771,
        pubval: 60,
        p2shval: 85,
        wifval: 188,
        minconfirms: 2,
        sapling: 1,
        protover: 170002,
        unitval: "20",
        hasheaders: 1,
      },
    ],
    [
      "LTC",
      {
        conf: "litecoin.conf",
        path: "home/iguana/.litecoin",
        poll: 1,
        startpend: 64,
        endpend: 64,
        services: 0,
        maxpeers: 512,
        p2p: 9333,
        rpc: 9332,
        pubval: 48,
        p2shval: 5,
        wifval: 176,
        minconfirms: 1,
      },
    ],
    [
      "GLEEC_OLD",
      {
        conf: "GLEEC.conf",
        path: "home/iguana/.komodo/GLEEC_OLD",
        newcoin: "GLEEC_OLD",
        name: "GLEEC_OLD",
        zcash: 1,
        poll: 100,
        startpend: 4,
        endpend: 4,
        services: 129,
        maxpeers: 8,
        netmagic: "dd1ac36c",
        p2p: 23225,
        rpc: 23226,
        minconfirms: 2,
        minoutput: 10000,
        txfee_satoshis: "10000",
      },
    ],
    [
      "EMC2",
      {
        conf: "einsteinium.conf",
        path: "home/iguana/.einsteinium",
        txfee: 0.01,
        txfee_satoshis: "1000000",
        pubval: 33,
        p2shval: 5,
        wifval: 176,
        minoutput: 10000,
      },
    ],
  ])("request for %s has the values of its coin file", (symbol, fields) => {
    expect(requestOf(symbol)).toMatchObject({
      agent: "iguana",
      method: "addcoin",
      newcoin: symbol,
      active: 1,
      RELAY: -1,
      VALIDATE: 0,
      prefetchlag: -1,
      ...fields,
    });
  });

  test("request for a coin outside Zcash's family has none of that family's fields", () => {
    expect(
      Object.keys(requestOf("LTC")).filter((key) => ["zcash", "sapling", "netmagic", "txfee"].includes(key)),
    ).toEqual([]);
  });

  test("request has a path without the leading slash, which Iguana adds itself", () => {
    expect(requestOf("BEER", "/")["path"]).toBe(".komodo/BEER");
    expect(requestOf("BEER", "/srv/iguana/")["path"]).toBe("srv/iguana/.komodo/BEER");
  });

  test("request has no credentials", () => {
    for (const symbol of chainList.chains.keys()) {
      expect(JSON.stringify(requestOf(symbol))).not.toMatch(/userpass|rpcuser|rpcpassword/);
    }
  });
});
