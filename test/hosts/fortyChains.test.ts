import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadChainList } from "../../chains/list/chainList";
import { prepareImages } from "../../dev/images/images";
import { dockerAt } from "../../dev/scenes/docker";
import { createSpanningStack } from "../../dev/scenes/spanning";
import type { TestStack } from "../../dev/scenes/TestStack";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NOTARY = "forty";
const LIST = "assetchains.yaml";

/**
 * Seconds of a processor that each daemon takes before it accepts calls, as one that reads its index of blocks. 0 unless
 * the start after a boot is measured.
 */
const INDEX_SECONDS = Number(process.env["DOKOMODO_INDEX_SECONDS"] ?? 0);
/** The file that a daemon writes to its volume when it accepts calls. */
const ACCEPTS = "accepts-calls";

/** Perl that takes these seconds, and Perl that writes the file. */
const [READ_INDEX, SAY_SO] =
  INDEX_SECONDS === 0
    ? ["", ""]
    : [
        `while ((times)[0] + (times)[1] < ${INDEX_SECONDS}) { 1 for 1 .. 100000 }`,
        `my $volume = do { local @ARGV = "/run/dokomodo/volume"; <> };
  chomp $volume;
  open(my $file, ">", "$volume/${ACCEPTS}");`,
      ];

/**
 * A daemon that accepts calls, answers none and ends in order, so that the test measures only the deployment. It listens at
 * its own port alone. The ports of the chains that it calls are its proxy's, and their confs do not say `server`.
 */
const IDLE = [
  "perl",
  "-MIO::Socket::INET",
  "-e",
  `$SIG{TERM} = sub { sleep 2; print "ended in order\\n"; exit 0 };
  ${READ_INDEX}
  my @confs = map { local (@ARGV, $/) = $_; <> } glob("$ENV{HOME}/.*/*.conf $ENV{HOME}/.*/*/*.conf");
  my ($own) = grep { /^server=1/m } @confs;
  my ($port) = $own =~ /^rpcport=(\\d+)/m;
  my $socket = IO::Socket::INET->new(Listen => 5, ReuseAddr => 1, LocalAddr => "127.0.0.1", LocalPort => $port) or die;
  ${SAY_SO}
  sleep 100000;`,
  "--",
];

/** The file of a daemon's volume with the boot of its last start (runtime/entrypoint.sh). */
const BOOT = ".dokomodo-boot";
const OTHER_BOOT = "00000000-0000-4000-8000-000000000000";

describe("forty chains on one host over SSH", () => {
  let hosts: TestHosts;
  let stack: TestStack;
  const socket = () => hosts.hosts["alpha"]?.socket;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    hosts = await TestHosts.start(["alpha"], { pool: 2 });
    const { chainList } = loadChainList(LIST, readFileSync(join(__dirname, "..", "..", LIST), "utf8"));
    const assetchains = [...(chainList?.chains.values() ?? [])].filter(
      ({ assetchain, daemon }) => assetchain && daemon === "komodod",
    );
    const listed = assetchains.map(({ symbol }) => symbol);
    const symbols = ["KMD", "LTC", ...["IDLE1", "IDLE2", ...listed].slice(0, 38)];
    stack = await createSpanningStack(NOTARY, hosts, Object.fromEntries(symbols.map((s) => [s, "alpha"])));
    for (const name of ["IDLE1", "IDLE2"]) stack.addChain({ ac_name: name, ac_supply: 1 });
    const { "dokomodo:daemons": daemons } = stack.config;
    const { komodod, litecoind } = Object(daemons);
    stack.writeConfig({
      "dokomodo:daemons": {
        komodod: { ...komodod, command: IDLE },
        litecoind: { ...litecoind, command: IDLE },
      },
    });
  });
  afterAll(async () => {
    stack?.forget();
    await hosts?.stop();
  });

  test("come up at sshd's and Pulumi's default limits", async () => {
    const started = Date.now();
    await stack.up();
    console.log(
      `up of 40 chains on one host over SSH: ${((Date.now() - started) / 1000).toFixed(0)} s, with one write of the state`,
    );
    const running = await dockerAt(socket(), "ps", "--quiet", "--filter", `name=^${NOTARY}-`);
    // Pause, daemon and proxy of each chain, four containers of Iguana, three of the witness, the restarter and the gateway.
    expect(running.split("\n")).toHaveLength(40 * 3 + 4 + 3 + 2);
    const inspect = ["inspect", "--format", "{{.Name}} {{.RestartCount}}", ...running.split("\n")];
    const restarts = await dockerAt(socket(), ...inspect);
    expect(restarts.split("\n").filter((line) => !line.endsWith(" 0"))).toEqual([]);
  });

  test("need no change in a second up", async () => {
    const started = Date.now();
    await stack.up("--expect-no-changes");
    console.log(`up of 40 chains without a change: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  });

  test("are replaced when Pulumi works on many of them at once", async () => {
    const { "dokomodo:daemons": daemons } = stack.config;
    const { komodod } = Object(daemons);
    stack.writeConfig({
      "dokomodo:rollOut": { atOnce: 40 },
      "dokomodo:daemons": { ...Object(daemons), komodod: { ...komodod, flags: ["-other"] } },
    });
    await stack.up("--parallel", "32");
    const commands = await dockerAt(socket(), "ps", "--no-trunc", "--format", "{{.Command}}");
    expect(commands.split("\n").filter((command) => command.includes("-other"))).toHaveLength(39);
  });

  test("all end in order when the engine stops, and all start again with it", async () => {
    const names = async () => {
      const listed = await dockerAt(socket(), "ps", "--format", "{{.Names}}", "--filter", `name=^${NOTARY}-`);
      return listed.split("\n").sort();
    };
    const all = await names();
    const daemons = all.filter((name) => all.includes(`${name}-pause`) && !/-(iguana|witness)$/.test(name));
    expect(daemons).toHaveLength(40);
    const started = Date.now();
    await hosts.stopEngine("alpha");
    console.log(`an engine with 40 daemons stopped in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    await hosts.startEngine("alpha");
    const logs = await Promise.all(daemons.map((name) => dockerAt(socket(), "logs", name)));
    expect(daemons.filter((_, index) => !logs[index]?.includes("ended in order"))).toEqual([]);
    await expect.poll(names, { timeout: 120_000 }).toEqual(all);
  });

  if (INDEX_SECONDS > 0)
    test("accept calls sooner after a boot if each waits for its turn", { timeout: 3_600_000 }, async () => {
      const listed = await dockerAt(socket(), "volume", "ls", "--quiet", "--filter", `name=^${NOTARY}-`);
      const names = listed.split("\n").filter((name) => name.endsWith("-data"));
      const mounted = await dockerAt(socket(), "volume", "inspect", "--format", "{{.Mountpoint}}", ...names);
      const volumes = mounted.split("\n").filter((volume) => existsSync(join(volume, BOOT)));
      expect(volumes).toHaveLength(40);
      const means = { together: 0, turns: 0 };
      for (const order of ["together", "turns", "together", "turns"] as const) {
        const seconds = await secondsUntilCalls(volumes, order === "turns");
        const mean = seconds.reduce((sum, each) => sum + each, 0) / seconds.length;
        means[order] += mean;
        const [first, tenth, twentieth, last] = [0, 9, 19, 39].map((index) => seconds[index]?.toFixed(0));
        console.log(
          `${order}: the first chain takes calls after ${first} s, the 10th after ${tenth} s, the 20th after ` +
            `${twentieth} s, the 40th after ${last} s, on average ${mean.toFixed(0)} s`,
        );
      }
      expect(means.turns).toBeLessThan(means.together);
    });

  /** Stops the engine and starts it, as after a boot or not. Resolves to the seconds until each daemon takes calls. */
  async function secondsUntilCalls(volumes: readonly string[], isBoot: boolean): Promise<number[]> {
    const files = volumes.map((volume) => join(volume, ACCEPTS));
    await hosts.stopEngine("alpha");
    for (const file of files) rmSync(file, { force: true });
    // To the entry points it is a boot if the volumes were used in another one.
    if (isBoot) for (const volume of volumes) writeFileSync(join(volume, BOOT), `${OTHER_BOOT}\n`);
    const began = Date.now();
    await hosts.startEngine("alpha");
    const count = () => files.filter((file) => existsSync(file)).length;
    await expect.poll(count, { timeout: 900_000, interval: 1000 }).toBe(files.length);
    return files.map((file) => (statSync(file).mtimeMs - began) / 1000).sort((one, other) => one - other);
  }
});
