import { afterEach, describe, expect, test } from "vitest";
import { until } from "../processes";
import { NotaryUnderTest } from "./notaryUnderTest";

let notary: NotaryUnderTest | undefined;
afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

const UNSEEN =
  /^its key came at height 4000000 and was not rescanned for, so coins received before are not seen; /;

describe.each(["old", "new"] as const)("a daemon of the %s kind", (dialect) => {
  async function prepared(height: number): Promise<NotaryUnderTest> {
    const it = await NotaryUnderTest.prepare([{ symbol: "KMD", dialect }]);
    notary = it;
    it.chain("KMD").height = height;
    return it;
  }
  const detail = async (it: NotaryUnderTest) => (await it.status()).coins["KMD"]?.detail;

  test("is rescanned for the key where it has few blocks, and nothing is said", async () => {
    const it = await prepared(10_000);
    it.startAgent();
    await until(() => it.isHealthy());
    expect(it.chain("KMD").wallet).toMatchObject({ rescanned: true, label: "" });
    expect(await detail(it)).toBeUndefined();
  });

  test("that has millions of blocks is not, and the status says so until somebody has done it", async () => {
    const it = await prepared(4_000_000);
    it.startAgent();
    await until(() => it.isHealthy());
    expect(it.chain("KMD").wallet).toMatchObject({ rescanned: false });
    expect(await detail(it)).toMatch(UNSEEN);

    // An agent of another container finds it in the wallet.
    await it.stopAgent();
    it.startAgent();
    await until(async () => (await it.states())["KMD"] === "ready");
    expect(await detail(it)).toMatch(UNSEEN);

    // Iguana imports the key once more whenever it is unlocked, without a label.
    const { wallet } = it.chain("KMD");
    if (wallet === undefined) throw new Error("no wallet");
    wallet.label = "";
    await until(() => wallet.label === "dokomodo: not rescanned before height 4000000");
    expect(await detail(it)).toMatch(UNSEEN);

    expect(await it.command("rescanned", "KMD")).toMatchObject({ code: 0 });
    await until(async () => (await detail(it)) === undefined);
    expect((await it.states())["KMD"]).toBe("ready");
    expect(
      it
        .chain("KMD")
        .calls.filter(
          ({ method, params }) => method === "importprivkey" && JSON.stringify(params).includes("true"),
        ),
    ).toEqual([]);
  });

  test("that prunes its blocks gets the key without", async () => {
    const it = await prepared(500);
    it.chain("KMD").prunes = true;
    it.startAgent();
    await until(() => it.isHealthy());
    expect(await detail(it)).toContain("its key came at height 500 and was not rescanned for");
  });
});

test("rescanned takes a coin of the notary, and one that has its key", async () => {
  const it = await NotaryUnderTest.prepare([{ symbol: "KMD" }]);
  notary = it;
  expect(await it.command("rescanned", "XYZ")).toEqual({
    code: 64,
    output: "agent: rescanned takes a coin: KMD\n",
  });
  expect(await it.command("rescanned", "KMD")).toEqual({
    code: 1,
    output: "agent: the wallet of KMD does not have the key\n",
  });
});
