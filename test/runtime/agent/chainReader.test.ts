import { expect, onTestFinished, test } from "vitest";
import type { ChainReading } from "../../../readings/chain";
import { ChainReader } from "../../../runtime/agent/ChainReader";
import { ChainRpc } from "../../../runtime/agent/ChainRpc";
import { Turns } from "../../../runtime/agent/Turns";
import { ChainStandIn } from "../standIns/ChainStandIn";
import { credentials, UTXO_SIZE } from "./notaryUnderTest";

const HOUR = 3_600_000;

test("the coins of a key that comes into the wallet are read at the next look, however long the pause between two readings", async () => {
  const { rpcUser: user, rpcPassword: password, wif } = credentials("KMD");
  const address = "RKMD";
  const chain = new ChainStandIn({ user, password, wif, address, dialect: "old", hasWallet: true });
  await chain.start();
  onTestFinished(() => chain.stop());
  let hasKey: boolean | undefined;
  let reading: ChainReading = {};
  const coin = { symbol: "KMD", rpcPort: chain.port, address, utxoSize: UTXO_SIZE };
  const reader = new ChainReader({
    coin,
    publicKey: undefined,
    rpc: new ChainRpc(coin, credentials("KMD"), "dokomodo-readings"),
    turns: new Turns(1),
    pace: { light: 0, heavy: HOUR, slow: HOUR },
    hasKey: () => hasKey,
    report: (latest) => {
      reading = latest;
    },
  });
  const asked = () => chain.readings.filter(({ method }) => method === "listunspent").length;

  await reader.round();
  expect(reading).toMatchObject({ height: 100 });
  expect(asked()).toBe(0);
  hasKey = true;
  await reader.round();
  expect(reading.balance).toBe(0);
  await reader.round();
  expect(asked()).toBe(1);
});
