import { readFileSync } from "node:fs";
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

/** A daemon that accepts calls, answers none and ends in order, so that the test measures only the deployment. */
const IDLE = [
  "perl",
  "-MIO::Socket::INET",
  "-e",
  `$SIG{TERM} = sub { sleep 2; print "ended in order\\n"; exit 0 };
  my @confs = map { local (@ARGV, $/) = $_; <> } glob("$ENV{HOME}/.*/*.conf $ENV{HOME}/.*/*/*.conf");
  my @ports = map { /^rpcport=(\\d+)/m } @confs;
  my @sockets = map { IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1", LocalPort => $_) } @ports;
  sleep 100000;`,
  "--",
];

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
});
