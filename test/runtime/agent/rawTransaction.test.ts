import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { parseTransaction, withOutputs } from "../../../runtime/agent/rawTransaction";

/**
 * A notarisation of KMD's chain, in Zcash's form: komodo-daemon src/test-komodo/test_legacy_events.cpp:70. Its id is
 * stated there, too.
 */
const KMD_ID = "2b4a299ed7c9b3444b9bbfd091783f4f1d4b1b70987505de926312a4ba5d9026";
const KMD_TRANSACTION =
  "0400008085202f890de75353322bad6580d8d349b47f80362b73d7a391ebf76cb455c9a22da81162d51d000000484730440220436b3772" +
  "c4f508b8ea0904b7c1c05b93b72dcbbfe284ef98c2314cc7761dd289022044207efe4d61201ba1c3fdaab9aa9b164bf9da983cfdc88453" +
  "2f2556d2e3332001ffffffffc2fb445d59fdf56fbdee6da85182626006e3965f6543b552408a439414784a8f0e00000048473044022053" +
  "fb98f7e7a99398a2745ca6982e72a0cd29b6dc35eb7d267af60776399ad64c02206435029c413dc68227dcb4055e7f0ffd8cc53d40452d" +
  "13ad8ad11e762e4b3b4301fffffffff25ba9881d55c5f7e52984ba7b8e708e0a9536335076301b74b8af648af88ba50400000049483045" +
  "022100c591e4148e583a721e42dadf0c137253913a1613714580e76dcf8a59260d026902205655a76161b912a992e716341c12f43d4f74" +
  "942c3105b2a4a385631287e3873301ffffffff861026dc3790e6c59292dd8db9581f317e0cf4137283668b7b1686a91291e9770a000000" +
  "484730440220551301509286c016e05c1db5b6e2a052791cb7295b54cd00f396a05c0cf89dee02200450fee4174fa93b1b5e40b3ff8bc9" +
  "baec19f45080c1f8c73d452d09783ddd8801ffffffff5703a4413921d8bf3b719678094419f46948b41e4bda01863c11c61f803649db02" +
  "0000004948304502210091c5ccade0b5e4174fbba895bc8105c2f1ca0149c5f8b071f0176b97147e20c00220563254719049becb4f8bb5" +
  "a50faa737077d378ffc15e93a96f357228182ba5d201ffffffffaf9c7e4cff68ccacc7ae9f1087deaaf136e850738d43a7ed5054b37329" +
  "df54910600000049483045022100c9561b0754a17f55c4b35d36e46df6d3845b83de88efd565d73bc50e83cbecba0220183865eb8446ad" +
  "165733b9360d8ab9a0fdda7e73a3114d0feed7352c70d9972f01ffffffff1ed36a28c72c36710e4ae6849ee5f90511341c99f6a34235f1" +
  "50661f4445d2650000000049483045022100c7a7300841d671379f65075405eb85ee2930b417b5ede49ddb83d7717644cebd0220432e9a" +
  "a745c65a0c30f408b5a9473dc38e1cb375eca5c640c7ed630444d503cf01fffffffff84acac4ddf0c87b9bbb40eadc485b891776153dff" +
  "371872a4957ad1b40c07b50c0000004948304502210098d3c2b126f6f6022c6982c2a1ba600f575622911bdc1dff0a05fd093044340902" +
  "207c50e568da145c751be8ded10bef6aabe1d4429f67253dbaac95242e2b8def2901ffffffff508000fa6bd1131fae49413a5ec8b1d3f4" +
  "79314e94527e39063532055aa8edde0700000049483045022100c7cb0a95afd3602ab07d2b9c1f390f3e81f438e555a8adf9fa52b81036" +
  "1920950220488ef1ef6b5fc50590b3d847fbffaaf9868c0f379750f0921acb73512d3a798901ffffffff4de7e7744f14114711defb6bb5" +
  "17bdf0b3edf53013d030da4d5ac7aad45542311300000049483045022100e6a4fe994cfbc028692eee048c4ed8d6dd9c63daa16c644bdd" +
  "8ae72e3dcea56e02207597d0ceebb6e5a4a5d9802c5b9da2cf37a21f85f344b6acd8577b029410d21201ffffffffc14defef7bbd2dcf06" +
  "502e18b8b0012fed83f5e644213401c8a1113501df1e6802000000494830450221009f414593f661a7b8c06defa585bdc428dac0423404" +
  "2357ac9a3b11108a26071d02204a862f72675dd8b46f9a1b93d44bd388eb819667bd3e7e7a30266491f8f5710501ffffffffd87d4c2d10" +
  "fbf27c9800523e05bb43b2599bb9c8e9486b42b012f66c7a6f77ea13000000484730440220047c5eaabd6df36c8bfdd0737a367a121616" +
  "29aa530c6012241cc36a88fa837d02207eda8879273887b954656e29ba1e98a7dce17cd66061d861e39a12521d6474fa01ffffffff774c" +
  "dee54eda73eef85696f32c8f4ec8c03977e6536765ef0998482edd7c338e1d00000049483045022100cfb0758d9c1bcbb797d54ad0849b" +
  "77055f1a2811b559ba2a59aaf38ac4cfb17802202d36f77b6bd9f41281937e39154708e58c82932386fdd8a75ef50d0feeff1c1701ffff" +
  "ffff02f0810100000000002321020e46e79a2a8d12b9b5d12c7a91adb4e454edfae43c0a0cb805427d2ac7613fd9ac0000000000000000" +
  "4a6a48a99470dba8fd1887b7f98e55aebbae41215c45667288662a4a529e70c9a283093c843500238ec4fea5df560a1fe88573a14c31f2" +
  "0c91e31d47ee9f12482bbf8f7a887f1f4b4d440000000000000000000000000000000000000000";

/** What litecoind 0.21.2.1 answered to createrawtransaction. */
const LTC_TRANSACTION =
  "02000000012429ca9e3082b30e61345520a92c0adef48ba1014692d6993cc65e8d009247570000000000ffffffff0110270000000000001976a914e543dbf5faead329ee897bfbbedf2968716b01ac88ac00000000";

function idOf(hex: string): string {
  const once = createHash("sha256").update(Buffer.from(hex, "hex")).digest();
  return createHash("sha256").update(once).digest().reverse().toString("hex");
}

test("a transaction of Zcash's form is taken apart and put together as it was", () => {
  const parsed = parseTransaction(KMD_TRANSACTION);
  expect(parsed.inputs).toBe(13);
  expect(parsed.outputs).toEqual([
    { value: 98_800, script: "21020e46e79a2a8d12b9b5d12c7a91adb4e454edfae43c0a0cb805427d2ac7613fd9ac" },
    { value: 0, script: expect.stringMatching(/^6a48/) },
  ]);
  // Lock time, expiry height, value balance, and three empty lists.
  expect(parsed.tail).toHaveLength(2 * (4 + 4 + 8 + 3));
  expect(idOf(withOutputs(parsed, parsed.outputs))).toBe(KMD_ID);
});

test("a transaction of Bitcoin's form gets other outputs", () => {
  const parsed = parseTransaction(LTC_TRANSACTION);
  expect(parsed).toMatchObject({
    inputs: 1,
    outputs: [{ value: 10_000, script: "76a914e543dbf5faead329ee897bfbbedf2968716b01ac88ac" }],
    tail: "00000000",
  });
  const utxo = { value: 10_000, script: `21${"02".padEnd(66, "ab")}ac` };
  const change = { value: 21e14, script: parsed.outputs[0]?.script ?? "" };
  for (const count of [0, 1, 251, 252, 253, 300]) {
    const outputs = [...Array<typeof utxo>(count).fill(utxo), change];
    const again = parseTransaction(withOutputs(parsed, outputs));
    expect(again).toEqual({ ...parsed, outputs });
  }
});

test.each([
  ["no hex", "xyz"],
  ["half a transaction", LTC_TRANSACTION.slice(0, 140)],
  ["nothing", ""],
])("%s is refused", (_what, text) => {
  expect(() => parseTransaction(text)).toThrow("the daemon answered with what is not a raw transaction");
});
