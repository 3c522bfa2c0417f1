import { createHash } from "node:crypto";
import { appendFileSync, rmSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageName, prepareImages } from "../../dev/images/images";
import { Deaths } from "../../dev/scenes/Deaths";
import { diagnosed } from "../../dev/scenes/diagnoses";
import { dockerAt, startTimes } from "../../dev/scenes/docker";
import { FileServer } from "../../dev/scenes/FileServer";
import { callDaemon, height, untilWhole } from "../../dev/scenes/notary";
import { PARAMETERS, parameterDownloads } from "../../dev/scenes/parameters";
import { createSpanningStack, engineOf } from "../../dev/scenes/spanning";
import type { TestStack } from "../../dev/scenes/TestStack";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import { DockerConnection } from "../../platforms/docker/connection";
import { provisionHost } from "../../platforms/docker/provision";
import { holdIn } from "../../platforms/entrypointLog";

const NOTARY = "trial";
const POOL = 5;
const SPEND = "sapling-spend.params";
const CHAINS = ["KMD", "LTC", "BEER", "PIZZA"] as const;
const KOMODO_CHAINS = ["KMD", "BEER", "PIZZA"] as const;
/** Bytes of each file. */
const SIZE = PARAMETERS.get(SPEND)?.length ?? 0;
/** The daemons on alpha when the guard has its turn. */
const ON_ALPHA = [`${NOTARY}-kmd`, `${NOTARY}-beer`];
const MIB = 1024 * 1024;
const BOOTSTRAP = "beer.tar.gz";

describe("daemons of a published image, on two hosts", () => {
  const placement: Record<string, string> = { KMD: "alpha", LTC: "beta", BEER: "alpha", PIZZA: "beta" };
  const files = new Map(PARAMETERS);
  let hosts: TestHosts;
  let server: FileServer;
  let stack: TestStack;
  const at = (container: string) => engineOf(NOTARY, hosts, () => placement)(container);

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    hosts = await TestHosts.start(["alpha", "beta"], { pool: POOL, volumeDisks: ["alpha"] });
    server = await FileServer.start(hosts.outside, files);
    stack = await createSpanningStack(NOTARY, hosts, placement);
    const { komodod, ...others } = Object(stack.config["dokomodo:daemons"]);
    stack.writeConfig({
      // A disk that is nearly full is to concern the `up` alone, until the guard has its turn.
      "dokomodo:diskGuard": "none",
      "dokomodo:daemons": {
        ...others,
        komodod: {
          image: imageName("komodod-published"),
          command: ["/komodo/komodod"],
          prefixes: komodod.prefixes,
          memory: komodod.memory,
          downloads: parameterDownloads(server.url),
        },
      },
    });
  });
  afterAll(async () => {
    await stack?.forget();
    await server?.stop();
    await hosts?.stop();
  });

  test("do not start, and nothing is deployed, while a file that they need is another one", async () => {
    server.fail(SPEND, ...Array(20).fill({ kind: "other", content: flipped() }));
    const { exitCode, text } = await stack.run("up", "--yes", "--skip-preview");
    expect(text).toContain(`sent a file with another SHA-256: expected ${digest(PARAMETERS.get(SPEND))}`);
    expect(text).toMatch(/host alpha: .*sapling-spend\.params/);
    expect(text).toMatch(/host beta: .*sapling-spend\.params/);
    expect(text).toMatch(/dokomodo:downloads: \{ directory: /);
    expect(text).toContain("Nothing was changed.");
    expect(exitCode).not.toBe(0);
    expect(await stack.resources()).toEqual([]);
    server.forgive();
  });

  test("come up with files from a server that drops each connection at half, once for each host", async () => {
    const before = server.served.length;
    for (const name of PARAMETERS.keys())
      server.fail(name, { kind: "dropped", share: 0.5 }, { kind: "dropped", share: 0.5 });
    await stack.up();
    await untilWhole(NOTARY, 120, CHAINS.length, 0, at);
    for (const name of [...PARAMETERS.keys()].filter((each) => each !== SPEND))
      expect([name, server.callers(name)]).toEqual([
        name,
        [hosts.host("alpha").address, hosts.host("beta").address],
      ]);
    // What came before a break is not fetched again, but for what was sent last and lost.
    const served = server.served.slice(before).filter(({ name }) => name === SPEND);
    expect(served.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(2 * 1.4 * SIZE);
    expect(served.some(({ start }) => start > 0)).toBe(true);
  });

  test("run as a user that their image does not know, in a home that it does not have", async () => {
    for (const symbol of KOMODO_CHAINS) {
      const container = `${NOTARY}-${symbol.toLowerCase()}`;
      const shown = await dockerAt(
        at(container),
        "exec",
        container,
        "sh",
        "-c",
        "id -u; ls -ld /home/komodo",
      );
      expect(shown).toMatch(/^3003\ndrwxr-xr-x \d+ root root/);
      const passwd = await dockerAt(at(container), "exec", container, "cat", "/etc/passwd");
      expect(passwd).not.toContain("3003");
    }
  });

  test("have nothing left to fetch or to change afterwards", async () => {
    const before = server.served.length;
    await stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
    await stack.must("up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "test");
    expect(server.served.length).toBe(before);
  });

  test("are served by five runs at the same time that need the same file, with one request for it", async () => {
    // A second try of this test needs another file, because the first may have brought this one.
    const path = `another-${Date.now()}.params`;
    const content = Buffer.alloc(2_000_000, path);
    files.set(path, content);
    const sources = [`${server.url}/${path}`];
    const download = { path, sha256: digest(content), bytes: content.length, sources };
    const { socket } = hosts.host("alpha");
    // A run that was killed may have left a container that it never started.
    await dockerAt(socket, "create", "--name", "dokomodo-downloads", imageName("node"));
    const run = async () => {
      const connection = await DockerConnection.open({ name: "alpha", docker: `unix://${socket}`, ssh: {} });
      const options = { image: imageName("node"), labels: {}, places: {}, onProgress() {}, onNews() {} };
      return provisionHost(connection, { downloads: [download], volumes: [] }, options).finally(() =>
        connection.close(),
      );
    };
    expect((await Promise.all([run(), run(), run(), run(), run()])).flat()).toEqual([]);
    expect(server.served.filter(({ name }) => name === path)).toHaveLength(1);
    expect(await dockerAt(socket, "ps", "--all", "--quiet", "--filter", "name=dokomodo-downloads")).toBe("");
  });

  test("do not start again with a file that was damaged on its host, until the next up has mended it", async () => {
    const container = `${NOTARY}-beer`;
    const path = `/damaged/${digest(PARAMETERS.get(SPEND))}`;
    const damage = `chmod u+w ${path} && printf x | dd of=${path} conv=notrunc bs=1 seek=7 status=none`;
    const mounted = ["--rm", "--volume", "dokomodo-downloads:/damaged", "--user", "0", "--entrypoint", "sh"];
    await dockerAt(at(container), "run", ...mounted, imageName("node"), "-c", damage);
    await dockerAt(at(container), "restart", container);
    const logs = () => dockerLogsOf(container);
    await expect
      .poll(logs, { timeout: 30_000 })
      .toMatch(/the daemon needs ~\/\.zcash-params\/sapling-spend\.params/);
    expect(await logs()).toMatch(/The daemon was not started\. Run `pulumi up`/);
    await stack.must("up", "--yes", "--skip-preview", "--stack", "test");
    await untilWhole(NOTARY, 120, CHAINS.length, 0, at);
  });

  test("are left as they are by a bootstrap that is refused, and the next up fills the volume from the right one", async () => {
    const address = await stack.address("BEER");
    // It was started a moment ago, and answers that it is loading at first.
    await expect.poll(() => height(NOTARY, "BEER", at).catch(String), { timeout: 30_000 }).toBe(0);
    await callDaemon(NOTARY, "BEER", "generatetoaddress", [20, address], at);
    const known = await height(NOTARY, "BEER", at);
    // The data as an operator would pack it: of a daemon that was stopped.
    await dockerAt(at(`${NOTARY}-beer`), "stop", `${NOTARY}-beer`);
    const archives = {
      climbing: await packed("--absolute-names", "--transform=s,^blocks/index/CURRENT$,../../escaped,"),
      wallet: await packed("--transform=s,^blocks/index/CURRENT$,wallet.dat,"),
      right: await packed(),
    };
    await dockerAt(at(`${NOTARY}-beer`), "start", `${NOTARY}-beer`);
    const before = await startTimes(NOTARY, hosts.host("beta").socket);
    placement["BEER"] = "beta";
    stack.changeNotary((notary) => {
      notary.chains = Object.entries(placement).map(([symbol, host]) => ({ [symbol]: host }));
    });
    for (const [what, archive, told] of [
      ["climbing", archives.climbing, /has "..\/..\/escaped", a path that climbs out of the archive/],
      ["wallet", archives.wallet, /has "wallet\.dat", a wallet/],
      ["another", archives.right, /another SHA-256/],
    ] as const) {
      files.set(BOOTSTRAP, archive);
      setBootstrap(what === "another" ? Buffer.from(what) : archive);
      const { exitCode, text } = await stack.run("up", "--yes", "--skip-preview");
      expect(text).toMatch(told);
      expect(text).toMatch(/host beta: /);
      expect(exitCode).not.toBe(0);
      expect(await startTimes(NOTARY, hosts.host("beta").socket)).toEqual(before);
      expect(await filesInVolume()).toEqual([]);
    }
    files.set(BOOTSTRAP, archives.right);
    setBootstrap(archives.right);
    server.fail(BOOTSTRAP, { kind: "dropped", share: 0.3 });
    await stack.must("up", "--yes", "--skip-preview", "--stack", "test");
    await untilWhole(NOTARY, 120, CHAINS.length, 0, at);
    // The agent's status may be a moment older than BEER's new container, which reads its blocks first.
    await expect
      .poll(() => height(NOTARY, "BEER", at).catch(() => undefined), { timeout: 60_000 })
      .toBe(known);
    expect(await filesInVolume()).toEqual([]);
  });

  test("are left as they are by a full disk of their host, and the next up goes on when there is room", async () => {
    const known = await height(NOTARY, "BEER", at);
    const { socket, folder } = hosts.host("alpha");
    // KMD runs there. It has read its files, so one of them may go.
    const param = `/downloads/${digest(PARAMETERS.get(SPEND))}`;
    const mounted = [
      "--rm",
      "--volume",
      "dokomodo-downloads:/downloads",
      "--user",
      "0",
      "--entrypoint",
      "rm",
    ];
    await dockerAt(socket, "run", ...mounted, imageName("node"), param, `${param}.json`);
    await dockerAt(socket, "volume", "rm", `${NOTARY}-beer-data`);
    placement["BEER"] = "alpha";
    stack.changeNotary((notary) => {
      notary.chains = Object.entries(placement).map(([symbol, host]) => ({ [symbol]: host }));
    });
    const startsOn = async () =>
      Promise.all(Object.values(hosts.hosts).map((host) => startTimes(NOTARY, host.socket)));
    const before = await startsOn();
    const served = server.served.length;
    // The archive fits, and neither what is in it nor the file that is missing.
    await hosts.leaveFree("alpha", 200_000);
    const { exitCode, text } = await stack.run("up", "--yes", "--skip-preview");
    const full = (what: string, volume: string) =>
      `There is no room for ${what} in the volume ${volume}: \\d+ bytes are free, and it needs \\d+ bytes\\. ` +
      `Make room on the disk of the host that has ${folder}/data/volumes/${volume}/_data, `;
    expect(text).toMatch(RegExp(`host alpha: ${full("sapling-spend.params", "dokomodo-downloads")}`));
    expect(text).toMatch(
      RegExp(
        `host alpha: trial-beer: The bootstrap failed\\. ${full("the unpacked bootstrap", "trial-beer-data")}`,
      ),
    );
    expect(text).toContain("Nothing was changed.");
    expect(exitCode).not.toBe(0);
    expect(await startsOn()).toEqual(before);
    const list = [
      "--volume",
      `${NOTARY}-beer-data:/data`,
      "--entrypoint",
      "ls",
      imageName("node"),
      "-A",
      "/data",
    ];
    const archive = `.dokomodo-bootstrap-archive-${digest(files.get(BOOTSTRAP))}`;
    expect(await dockerAt(socket, "run", "--rm", "--user", "0", ...list)).toBe(archive);
    await hosts.leaveFree("alpha", 2 ** 30);
    await stack.must("up", "--yes", "--skip-preview", "--stack", "test");
    await untilWhole(NOTARY, 120, CHAINS.length, 0, at);
    expect(await height(NOTARY, "BEER", at)).toBe(known);
    // Each was sent once: the archive before there was room, and the file afterwards.
    expect(server.served.slice(served).map(({ name, bytes }) => [name, bytes])).toEqual([
      [SPEND, expect.any(Number)],
      [BOOTSTRAP, files.get(BOOTSTRAP)?.length],
      [SPEND, SIZE],
    ]);
  });

  test("are stopped in order by the disk guard before their disk is full, stay down, and lose nothing", async () => {
    const { socket, folder } = hosts.host("alpha");
    const filler = join(folder, "data/volumes/filler");
    await hosts.leaveFree("alpha", 300 * MIB);
    stack.writeConfig({ "dokomodo:diskGuard": { stopBelow: 100, startAbove: 200 } });
    await stack.up();
    await untilWhole(NOTARY, 120, CHAINS.length, 0, at);
    const deaths = await Deaths.watch(NOTARY, socket);
    const address = await stack.address("BEER");
    // A chain writes while the disk fills with 40 MB a second, and would be full within 8 s.
    let known = await height(NOTARY, "BEER", at);
    let writes = true;
    const writing = (async () => {
      while (writes) {
        await callDaemon(NOTARY, "BEER", "generatetoaddress", [1, address], at);
        known = await height(NOTARY, "BEER", at);
      }
    })().catch(() => undefined);
    for (let left = await freeMiB(); left > 90; left = await freeMiB()) {
      appendFileSync(filler, Buffer.alloc(4 * MIB, 1));
      await sleep(100);
    }
    const logs = () => Promise.all(ON_ALPHA.map(dockerLogsOf));
    const holds =
      /The disk guard stops the daemon: \d+ MiB are free on the disk of [\s\S]* The disk guard holds the daemon: /;
    await expect.poll(logs, { timeout: 30_000 }).toEqual(ON_ALPHA.map(() => expect.stringMatching(holds)));
    writes = false;
    await writing;
    expect((await deaths.end()).sort()).toEqual(ON_ALPHA.map((name) => `${name} 0`).sort());

    // An up that replaces a daemon which the guard then holds says so at once, and leaves the next one alone.
    const started = Date.now();
    const { "dokomodo:daemons": daemons } = stack.config;
    const { komodod } = Object(daemons);
    stack.writeConfig({
      "dokomodo:daemons": {
        ...Object(daemons),
        komodod: { ...komodod, flags: ["-printtoconsole", "-dbcache=8"], memory: 1_000_000 },
      },
    });
    const { exitCode, text } = await stack.run("up", "--yes", "--skip-preview");
    console.log(`an up over a held daemon ended after ${((Date.now() - started) / 1000).toFixed(0)} s`);
    expect(exitCode).not.toBe(0);
    expect(text).toMatch(
      /trial-(beer|kmd) was replaced, and it was not started\. The disk guard holds the daemon: \d+ MiB are free on the disk of \/home\/komodo\/\.komodo, and it starts with 200 MiB or more\. Make room there/,
    );
    expect(Date.now() - started).toBeLessThan(120_000);
    // The same up was told of more memory than any host has.
    expect(
      text.match(/host alpha: the stack's containers there may take \d+\.\d GiB of memory/g),
    ).not.toBeNull();

    // Nothing starts by itself when there is room. A person starts it.
    rmSync(filler);
    await sleep(5000);
    for (const log of await logs()) expect(holdIn(log)).toMatch(/^The disk guard holds the daemon/);
    const wrong = async () => {
      const checks = (await diagnosed(stack))["BEER"]?.checks ?? [];
      return checks.filter(({ level }) => level === "bad").map(({ check }) => check);
    };
    await expect.poll(wrong, { timeout: 60_000 }).toEqual(["disk"]);
    await stack.dokomodo("start", "BEER", "KMD");
    // The last call may have made a block of which nobody was told.
    const atLeast = Number(known);
    await expect
      .poll(() => height(NOTARY, "BEER", at).catch(() => -1), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(atLeast);
    await stack.up();
    await untilWhole(NOTARY, 120, CHAINS.length, 0, at);
    expect([atLeast, atLeast + 1]).toContain(await height(NOTARY, "BEER", at));

    async function freeMiB(): Promise<number> {
      const { bavail, bsize } = await statfs(dirname(filler));
      return (bavail * bsize) / MIB;
    }
  });

  function setBootstrap(archive: Buffer): void {
    const bootstrap = { url: `${server.url}/${BOOTSTRAP}`, sha256: digest(archive) };
    stack.changeChain("BEER", { bootstrap });
  }

  /** Files in BEER's volume on beta that fetching or unpacking left, or that have no place there. */
  async function filesInVolume(): Promise<string[]> {
    const mounted = ["--rm", "--volume", `${NOTARY}-beer-data:/data`, "--user", "0", "--entrypoint", "sh"];
    const list =
      "ls -A /data /data/BEER 2>/dev/null | grep -i -e dokomodo -e wallet -e escaped -e part || true";
    const text = await dockerAt(hosts.host("beta").socket, "run", ...mounted, imageName("node"), "-c", list);
    // Notes of what was refused, of what was done and of the boot stay.
    return text
      .split("\n")
      .filter((name) => !/^$|^\.dokomodo-(boot$|bootstrap-(refused-|finished))/.test(name));
  }

  async function dockerLogsOf(container: string): Promise<string> {
    const { execa } = await import("execa");
    const host = ["--host", `unix://${at(container)}`];
    const { all } = await execa("docker", [...host, "logs", "--tail", "50", container], { all: true });
    return all;
  }

  /** BEER's blocks and state on alpha, as a packed archive. */
  async function packed(...flags: readonly string[]): Promise<Buffer> {
    const { execa } = await import("execa");
    const mounted = [
      "--rm",
      "--volume",
      `${NOTARY}-beer-data:/data:ro`,
      "--user",
      "0",
      "--entrypoint",
      "tar",
    ];
    const tar = ["--create", "--gzip", ...flags, "--directory=/data/BEER", "blocks", "chainstate"];
    const host = ["--host", `unix://${hosts.host("alpha").socket}`];
    const { stdout } = await execa("docker", [...host, "run", ...mounted, imageName("node"), ...tar], {
      encoding: "buffer",
    });
    return Buffer.from(stdout);
  }
});

function flipped(): Buffer {
  const content = Buffer.from(PARAMETERS.get(SPEND) ?? []);
  content[100] = (content[100] ?? 0) ^ 1;
  return content;
}

function digest(content: Buffer | undefined): string {
  return createHash("sha256")
    .update(content ?? "")
    .digest("hex");
}
