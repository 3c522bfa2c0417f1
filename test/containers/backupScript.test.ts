import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { BackupScript, OWN_KEY } from "../../dev/scenes/BackupScript";
import { docker } from "../../dev/scenes/docker";
import { StoreStandIn } from "../../dev/scenes/StoreStandIn";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NAME = "dkx-backup";
const STORE = "/var/lib/dokomodo/backup";
const REPOSITORY = `${STORE}/east-beer`;
const WALLET = "/volume/BEER/wallet.dat";

describe("what keeps wallets", () => {
  let script: BackupScript;
  let store: StoreStandIn;
  /** The id of a backup of the wallet, which is in the repository at the start of each test. */
  let first: string;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    await docker("network", "create", NAME).catch(() => {});
    store = await StoreStandIn.start(`${NAME}-store`, NAME);
    script = await BackupScript.start(`${NAME}-script`, NAME);
    await script.shell(
      "mkdir -p /volume/BEER/blocks && cd /volume/BEER && echo b >blocks/blk && echo p >BEER.conf",
    );
    await script.shell(`head -c 2000000 /dev/urandom >${WALLET}`);
    first = await keep("wallet");
    await script.shell(`cd ${STORE} && mkdir .first && cp -R east-beer /volume/BEER .first/`);
  });
  afterAll(async () => {
    await script?.remove();
    await store?.remove();
    await docker("network", "rm", NAME).catch(() => {});
  });
  beforeEach(async () => {
    script.configure();
    await script.shell(
      `cd ${STORE} && rm -rf east-* && cp -R .first/east-beer . && rm -rf /volume/* /volume/.[!.]*`,
    );
    await script.shell(`cp -R ${STORE}/.first/BEER /volume/`);
  });

  const packs = () =>
    script.shell(`find ${REPOSITORY}/data -type f -size +100k`).then((text) => text.split("\n"));
  const sumOf = (path: string) => script.shell(`sha256sum <${path}`);

  /** The files with which a store is reached. */
  function accessTo(kind: "s3" | "sftp"): Readonly<Record<string, string>> {
    const { s3, sftp } = store;
    return kind === "s3"
      ? { s3: `[default]\naws_access_key_id = ${s3.keyId}\naws_secret_access_key = ${s3.key}\n` }
      : { key: sftp.privateKey, known_hosts: sftp.knownHosts };
  }

  /** Makes a backup, and returns its id. */
  async function keep(what: "wallet" | "all"): Promise<string> {
    const { code, said } = await script.keepHeld(what);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringContaining(`kept the ${what} of east-beer as `),
    });
    return /as ([0-9a-f]{8})\./.exec(said)?.[1] ?? "";
  }

  test("brings a wallet back whole, and names what the daemon's next start replaces", async () => {
    const before = await sumOf(WALLET);
    await script.shell(`echo other >${WALLET}`);
    expect(await script.run("fetch", first, "wallet")).toMatchObject({ code: 0 });
    expect(await script.shell("cat /volume/.dokomodo-backup/ready/.list")).toBe("BEER/wallet.dat");
    expect(await sumOf("/volume/.dokomodo-backup/ready/BEER/wallet.dat")).toBe(before);
    expect(await script.shell(`cat ${WALLET}`)).toBe("other");
  });

  test("keeps all of a chain's data but its confs, and gives back the wallet alone if that is wanted", async () => {
    await script.shell("echo '{}' >/volume/BEER/settings.json");
    const id = await keep("all");
    expect(await script.run("fetch", id, "all")).toMatchObject({ code: 0 });
    expect((await script.shell("cat /volume/.dokomodo-backup/ready/.list")).split("\n").sort()).toEqual([
      "BEER/blocks",
      "BEER/settings.json",
      "BEER/wallet.dat",
    ]);
    expect(await script.run("fetch", id, "wallet")).toMatchObject({ code: 0 });
    // It says which wallets the daemon loads.
    expect((await script.shell("cat /volume/.dokomodo-backup/ready/.list")).split("\n").sort()).toEqual([
      "BEER/settings.json",
      "BEER/wallet.dat",
    ]);
  });

  test("reads the backups that another daemon is given, also where it may not write, and adds none", async () => {
    const given = { workload: "east-beer", publicKey: OWN_KEY };
    script.configure({ workload: "drill-east-beer", given });
    await script.shell(`chmod -R a-w ${REPOSITORY}`);
    expect(await script.run("fetch", first, "wallet")).toMatchObject({ code: 0 });
    for (const command of [["now"], ["ask"], ["held", "wallet"], ["stack", "test"]]) {
      expect(await script.run(...command)).toMatchObject({
        code: 2,
        said: expect.stringContaining("this daemon is given the backups of east-beer"),
      });
    }
    await script.shell(`chmod -R u+w ${REPOSITORY}`);
    expect(JSON.parse((await script.run("list")).output)).toHaveLength(1);
  });

  test("keeps as many as the config says, and checks what it keeps", async () => {
    script.configure({ keep: { last: 1 } });
    const id = await keep("wallet");
    expect(JSON.parse((await script.run("list")).output)).toMatchObject([{ short_id: id }]);
    expect(await script.run("check")).toMatchObject({ code: 0, said: expect.stringContaining("is whole") });
  });

  describe("refuses, before anything in the volume is touched,", () => {
    async function expectRefused(id: string, code: number, said: RegExp): Promise<void> {
      const live = () =>
        script.shell("find /volume -path /volume/.dokomodo-backup -prune -o -type f -exec sha256sum {} +");
      const before = await live();
      const run = await script.run("fetch", id, "wallet");
      expect(run.said).toMatch(said);
      expect(run.code).toBe(code);
      expect(await live()).toBe(before);
      expect(await script.shell("[ -e /volume/.dokomodo-backup/ready ] || echo none")).toBe("none");
    }

    test("a repository with a flipped byte", async () => {
      const [pack = ""] = await packs();
      await script.shell(
        `chmod u+w ${pack} && printf '\\377\\376' | dd of=${pack} bs=1 seek=5000 conv=notrunc`,
      );
      await expectRefused(
        first,
        6,
        /ciphertext verification failed[\s\S]*is damaged, as restic says above\. Nothing of the daemon was changed/,
      );
      expect(await script.run("check")).toMatchObject({ code: 6, said: expect.stringContaining("damaged") });
    });

    test("a repository without one of its packs", async () => {
      const [pack = ""] = await packs();
      await script.shell(`rm -f ${pack}`);
      await expectRefused(first, 6, /is damaged/);
    });

    test("a repository that is cut in half", async () => {
      const [pack = ""] = await packs();
      await script.shell(`chmod u+w ${pack} && truncate -s 900000 ${pack}`);
      await expectRefused(first, 6, /is damaged/);
    });

    test("another password", async () => {
      script.configure({ password: "another password" });
      await expectRefused(first, 4, /the password does not open the repository/);
      expect(await script.keepHeld("wallet")).toMatchObject({ code: 4 });
    });

    test("another notary's repository, and keeps nothing there", async () => {
      script.configure({ publicKey: `03${"cd".repeat(32)}` });
      await script.shell(`rm -rf ${REPOSITORY}`);
      const id = await keep("wallet");
      script.configure();
      await expectRefused(id, 3, /has backups of somebody else: "tags":\["workload=east-beer","key=03cd/);
      expect(await script.keepHeld("wallet")).toMatchObject({ code: 3 });
    });

    test("another chain's repository", async () => {
      script.configure({ workload: "east-dex" });
      await script.shell(`mv ${REPOSITORY} ${REPOSITORY.replace("beer", "dex")}`);
      await expectRefused(first, 3, new RegExp(`This is east-dex with the key ${OWN_KEY}`));
    });

    test("a repository that nobody of dokomodo made", async () => {
      await script.shell(
        `export RESTIC_PASSWORD_FILE=/run/dokomodo/backup/password; rm -rf ${REPOSITORY}; restic -q --no-cache -r ${REPOSITORY} init; cd /volume; restic -q --no-cache -r ${REPOSITORY} backup BEER`,
      );
      const [{ short_id: id }] = JSON.parse(
        await script.shell(
          `RESTIC_PASSWORD_FILE=/run/dokomodo/backup/password restic -q --no-cache --json -r ${REPOSITORY} snapshots`,
        ),
      );
      await expectRefused(id, 3, /without the tags of dokomodo/);
    });

    test("a backup that does not fit on the disk", async () => {
      await script.shell("head -c 19000000 /dev/zero >/volume/BEER/filler");
      await expectRefused(first, 7, /there is no room on the disk of \/volume: \d+ MiB are free/);
    });
  });

  test("says that the store is full, loses nothing there, and goes on when there is room", async () => {
    const before = await sumOf(WALLET);
    await script.shell("head -c 20000000 /dev/zero >/var/lib/dokomodo/backup/filler; true");
    await script.shell(`head -c 9000000 /dev/urandom >${WALLET}`);
    const full = await script.keepHeld("wallet");
    expect(full).toMatchObject({ code: 7, said: expect.stringContaining("there is no room in the store") });
    await script.shell("rm /var/lib/dokomodo/backup/filler");
    expect(await script.run("fetch", first, "wallet")).toMatchObject({ code: 0 });
    expect(await sumOf("/volume/.dokomodo-backup/ready/BEER/wallet.dat")).toBe(before);
    await keep("wallet");
    expect(await script.run("check")).toMatchObject({ code: 0 });
  });

  test("goes on after a run that was killed, and lets two runs never meet", async () => {
    await script.shell("mkdir -p /tmp/dokomodo-backup/lock && echo 999999 >/tmp/dokomodo-backup/lock/pid");
    expect(await script.run("check")).toMatchObject({ code: 0 });
    await script.shell("mkdir -p /tmp/dokomodo-backup/lock && echo 1 >/tmp/dokomodo-backup/lock/pid");
    const { code, said } = await script.run("check");
    await script.shell("rm -rf /tmp/dokomodo-backup/lock");
    expect(said).toContain("another backup or restore of east-beer has been going on for 6 s");
    expect(code).toBe(9);
  });

  describe.each(["s3", "sftp"] as const)("in a store of %s", (kind) => {
    test("keeps a wallet and brings it back", async () => {
      script.configure({ store: store[kind], files: accessTo(kind) });
      const before = await sumOf(WALLET);
      const id = await keep("wallet");
      await script.shell(`echo other >${WALLET}`);
      expect(await script.run("fetch", id, "wallet")).toMatchObject({ code: 0 });
      expect(await sumOf("/volume/.dokomodo-backup/ready/BEER/wallet.dat")).toBe(before);
    });

    test("says that it may not, or that nobody answers, and goes on with one that answers again", async () => {
      const wrong =
        kind === "s3"
          ? { s3: "[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n" }
          : { key: store.sftp.privateKey, known_hosts: store.strangersHostKey };
      script.configure({ store: store[kind], files: wrong });
      expect(await script.run("list")).toMatchObject({
        code: 5,
        said: expect.stringContaining("the store refuses access"),
      });
      script.configure({ store: store[kind], files: accessTo(kind) });
      await store.pause();
      const asked = script.run("list");
      setTimeout(() => store.resume(), 4000);
      expect(await asked).toMatchObject({ code: 0 });
    });
  });

  test("goes on with a store that falls silent in the middle of an upload", async () => {
    script.configure({ store: store.s3, files: accessTo("s3") });
    await script.shell(`head -c 9000000 /dev/urandom >${WALLET}`);
    const before = await sumOf(WALLET);
    let keeping = Promise.resolve("");
    await store.midUpload(3_000_000, () => {
      keeping = keep("wallet");
      return keeping;
    });
    await store.pause();
    await store.hurry();
    await sleep(4000);
    await store.resume();
    const id = await keeping;
    expect(await script.run("check")).toMatchObject({ code: 0 });
    expect(await script.run("fetch", id, "wallet")).toMatchObject({ code: 0 });
    expect(await sumOf("/volume/.dokomodo-backup/ready/BEER/wallet.dat")).toBe(before);
  });

  test("says that a server of SFTP has died in the middle of an upload, keeps what it has, and goes on later", async () => {
    script.configure({ store: store.sftp, files: accessTo("sftp") });
    const id = await keep("wallet");
    const before = await sumOf(WALLET);
    await script.shell(`head -c 9000000 /dev/urandom >${WALLET}`);
    const changed = await sumOf(WALLET);
    let keeping: ReturnType<typeof script.keepHeld> | undefined;
    await store.midUpload(3_000_000, () => {
      keeping = script.keepHeld("wallet");
      return keeping;
    });
    await store.restartSftp();
    await store.hurry();
    expect(await keeping).toMatchObject({ code: 5, said: expect.stringContaining("cannot be reached") });
    expect(await sumOf(WALLET)).toBe(changed);
    expect(await script.run("fetch", id, "wallet")).toMatchObject({ code: 0 });
    expect(await sumOf("/volume/.dokomodo-backup/ready/BEER/wallet.dat")).toBe(before);
    await keep("wallet");
    expect(await script.run("check")).toMatchObject({ code: 0 });
  });
});
