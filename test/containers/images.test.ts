import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { imageName, prepareImages } from "../../dev/images/images";
import { docker } from "../../dev/scenes/docker";
import { TestPod } from "../../dev/scenes/TestPod";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const REGTEST_ADDRESS = "n1c5ePEcAaze1kLMWBSaU2mqSckyQkrrDC";
const WIF = "cSRah5JJBJttuEsdd2QvsyohVZZkSCHNjJjXZrkJ6otmitrc6Ri4";
const PASSPHRASE = "myverysecretandstrongpassphrase_noneabletobrute";
const PUBLIC_KEY = "02a854251adfee222bede8396fed0756985d4ea905f72611740867c7a4ad6488c1";
const BEER = 8923;
const KMD = 7771;

beforeAll(async () => {
  await prepareDocker();
  await prepareImages();
});

describe("the images of the development stack", () => {
  test("are found up to date in less than a second", async () => {
    const started = Date.now();
    await prepareImages();
    expect(Date.now() - started).toBeLessThan(1000);
  });

  test.each([
    { image: "litecoind-regtest", user: "3010", home: "/home/litecoin", command: ["litecoind", "--version"] },
    { image: "komodod-regtest", user: "3003", home: "/home/komodo", command: ["litecoind", "--version"] },
    {
      image: "iguana-stand-in",
      user: "3004",
      home: "/home/iguana",
      command: ["test", "-x", "/usr/local/bin/iguana"],
    },
    { image: "node", user: "1000", home: "/home/node", command: ["node", "--version"] },
  ])("$image runs as $user in $home", async ({ image, user, home, command }) => {
    const shell = ["run", "--rm", imageName(image)];
    expect(await docker(...shell, "sh", "-c", 'echo "$(id -u) $HOME $(pwd)"')).toBe(
      `${user} ${home} ${home}`,
    );
    await docker(...shell, ...command);
  });

  test("haproxy runs as a user of its own", async () => {
    expect(await docker("run", "--rm", imageName("haproxy"), "id", "-u")).not.toBe("0");
    expect(await docker("run", "--rm", imageName("haproxy"), "haproxy", "-v")).toMatch(
      /^HAProxy version 3\.([2-9]|\d\d)\./,
    );
  });

  test.each(["litecoind-regtest:/home/litecoin/.litecoin", "komodod-regtest:/home/komodo/.komodo"])(
    "lets the daemon write to a new volume at %s",
    async (where) => {
      const [image = "", path = ""] = where.split(":");
      await docker("run", "--rm", "--volume", path, imageName(image), "touch", `${path}/file`);
    },
  );

  test("hold Go programs that pass their own tests", async () => {
    const { execa } = await import("execa");
    const cwd = join(__dirname, "..", "..", "dev", "standIns", "images");
    await execa("go", ["vet", "./..."], { cwd });
    await execa("go", ["test", "./..."], { cwd });
  });
});

describe("pause", () => {
  test("reaps orphans and ends at once on SIGTERM, not as root", async () => {
    const pod = await TestPod.create("pause");
    try {
      await pod.run("node", ["sh", "-c", "(sleep 0.2 &); exec sleep 60"]);
      await sleep(1000);
      expect(
        await docker(
          "exec",
          pod.name("node"),
          "sh",
          "-c",
          "cat /proc/[0-9]*/status | grep -c '^State:.Z' || true",
        ),
      ).toBe("0");
      expect(await docker("inspect", "--format", "{{.Config.User}}", pod.name("pause"))).toBe("65535:65535");
      expect(await pod.stop("pause", 10)).toBe(0);
    } finally {
      await pod.remove();
    }
  });
});

describe("the stand-in for komodod", () => {
  let pod: TestPod;
  beforeAll(async () => {
    pod = await TestPod.create("komodod");
    await pod.runKomodod("KMD", KMD, ["-notary=.litecoin/litecoin.conf"]);
    await pod.runKomodod("BEER", BEER, ["-ac_name=BEER", "-ac_supply=100000000", "-addnode=192.0.2.1"]);
    await pod.untilLoaded(KMD);
    await pod.untilLoaded(BEER);
  });
  afterAll(() => pod.remove());

  test("speaks komodod's getinfo", async () => {
    expect(await pod.call(BEER, "getinfo")).toMatchObject({
      blocks: 0,
      name: "BEER",
      p2pport: 8922,
      rpcport: BEER,
    });
  });

  test("says in validateaddress whether an address is its own", async () => {
    const before = await pod.call(BEER, "validateaddress", [REGTEST_ADDRESS]);
    expect(before).toMatchObject({ isvalid: true, ismine: false });
    await pod.call(BEER, "importprivkey", [WIF, "", false]);
    const after = await pod.call(BEER, "validateaddress", [REGTEST_ADDRESS]);
    expect(after).toMatchObject({ isvalid: true, ismine: true, pubkey: PUBLIC_KEY });
  });

  test("answers single calls, batches and strangers with the daemon's statuses", async () => {
    const unknown = { method: "nope", id: 1 };
    expect(await pod.post(BEER, unknown)).toMatchObject({ status: 404, body: { error: { code: -32601 } } });
    expect(
      await pod.post(BEER, [
        { method: "getinfo", id: 2 },
        { method: "getblockcount", id: 3 },
      ]),
    ).toMatchObject({
      status: 200,
      body: [
        { id: 2, result: { name: "BEER" } },
        { id: 3, error: null },
      ],
    });
    expect(await pod.post(BEER, unknown, "user:wrong")).toEqual({ status: 401, body: undefined });
  });

  test("calls the daemons that komodod would call", async () => {
    await expect
      .poll(() => pod.logs("beer"), { timeout: 30_000 })
      .toContain("KMD at 127.0.0.1:7771 answers, height 0");
    expect(await pod.logs("kmd")).toMatch(
      /couldnt open .*litecoin.conf, will not validate dest notarizations/,
    );
  });

  test("ends with exit code 0 while it mines, and keeps the mined blocks", async () => {
    await pod.mineForever(BEER, REGTEST_ADDRESS);
    await expect.poll(() => pod.call(BEER, "getblockcount"), { timeout: 30_000 }).toBeGreaterThan(20);
    const height = Number(await pod.call(BEER, "getblockcount"));
    expect(await pod.stop("beer", 60)).toBe(0);
    await docker("start", pod.name("beer"));
    await pod.untilLoaded(BEER);
    expect(await pod.call(BEER, "getblockcount")).toBeGreaterThanOrEqual(height);
    expect(await pod.call(BEER, "validateaddress", [REGTEST_ADDRESS])).toMatchObject({ ismine: true });
  });
});

describe("the stand-in for Iguana", () => {
  const elected = JSON.stringify({
    BTCminsigs: 1,
    minsigs: 1,
    seeds: Array.from({ length: 8 }, () => "127.0.0.1"),
    notaries: [{ east: PUBLIC_KEY }],
  });
  const prefixes = { pubval: 111, p2shval: 196, wifval: 239 };
  const addBeer = {
    agent: "iguana",
    method: "addcoin",
    newcoin: "BEER",
    name: "BEER",
    RELAY: -1,
    active: 1,
    ...prefixes,
  };
  const addKmd = {
    ...addBeer,
    newcoin: "KMD",
    name: "KMD",
    rpchost: `127.0.0.1:${KMD}`,
    userpass: "user:password",
  };
  const dpowBeer = { agent: "iguana", method: "dpow", symbol: "BEER", freq: 5, pubkey: PUBLIC_KEY };
  let pod: TestPod;

  beforeEach(async () => {
    pod = await TestPod.create("iguana");
  });
  afterEach(() => pod.remove());

  test("can be set up by hand with two daemons, and follows their blocks", async () => {
    await pod.runKomodod("KMD", KMD, []);
    await pod.runKomodod("BEER", BEER, ["-ac_name=BEER", "-ac_supply=100000000"]);
    await pod.untilLoaded(KMD);
    await pod.untilLoaded(BEER);
    await pod.runIguana(elected, { path: ".komodo/BEER/BEER.conf", port: BEER });
    await expect.poll(() => pod.logs("iguana"), { timeout: 10_000 }).toContain("RPC on 127.0.0.1:7776");

    const ask = (call: object) => pod.askIguana(call);
    expect(await ask({ agent: "iguana", method: "allcoins" })).toMatchObject({ error: "unsupported call" });
    expect(await ask({ agent: "SuperNET", method: "myipaddr", ipaddr: "127.0.0.1" })).toMatchObject({
      result: "127.0.0.1",
    });
    expect(await ask({ agent: "iguana", method: "addnotary", ipaddr: "127.0.0.1" })).toMatchObject({
      result: "notary node added",
    });
    const conf = { path: "home/iguana/.komodo/BEER", conf: "BEER.conf" };
    expect(await ask({ ...addBeer, ...conf, rpc: 1 })).toMatchObject({ result: "coin added" });
    expect(await ask(addKmd)).toMatchObject({ result: "coin added" });
    expect(await ask(addKmd)).toMatchObject({ result: "coin already there" });
    expect(await ask({ method: "walletpassphrase", params: [PASSPHRASE, 9999999] })).toMatchObject({
      result: "success",
      status: "unlocked",
      duration: 3600,
      btcpubkey: PUBLIC_KEY,
      BEER: REGTEST_ADDRESS,
      KMD: REGTEST_ADDRESS,
    });
    // walletpassphrase has given the key to the first coin's daemon, but not to the second one's.
    expect(await pod.call(BEER, "validateaddress", [REGTEST_ADDRESS])).toMatchObject({ ismine: true });
    const noKey = "source address or dest address has no privkey, importprivkey";
    expect(await ask(dpowBeer)).toMatchObject({ error: noKey });
    await pod.call(KMD, "importprivkey", [WIF, "", false]);
    expect(await ask(dpowBeer)).toMatchObject({ result: "success" });
    expect(await ask(dpowBeer)).toMatchObject({ error: "cant dPoW same coin again" });

    await pod.call(BEER, "generatetoaddress", [3, REGTEST_ADDRESS]);
    const view = { agent: "dpow", method: "notarizations", symbol: "BEER" };
    expect(await ask(view)).toMatchObject({ coin: "BEER", maxheight: 3 });
    await expect.poll(() => pod.logs("iguana"), { timeout: 10_000 }).toContain("BEER: height 3");
    expect(await ask({ agent: "dpow", method: "ipaddrs" })).toEqual(["127.0.0.1"]);

    const logs = await pod.logs("iguana");
    for (const secret of [PASSPHRASE, WIF, "password"]) expect(logs).not.toContain(secret);
    expect(await pod.stop("iguana", 10)).toBe(0);
  });

  test.each([
    { what: "no elected", text: undefined, code: 255 },
    { what: "a bad elected", text: JSON.stringify({ notaries: [{ east: "02a8" }] }), code: 255 },
    { what: "seven seeds", text: elected.replace('"127.0.0.1",', ""), code: 139 },
  ])("ends with $code on $what", async ({ text, code }) => {
    await pod.runIguana(text);
    expect(await docker("wait", pod.name("iguana"))).toBe(String(code));
  });
});
