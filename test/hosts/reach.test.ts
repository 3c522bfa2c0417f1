import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callIguana } from "../../cli/iguanaCall";
import type { Access } from "../../cli/outputs";
import { prepareImages } from "../../dev/images/images";
import { dockerAt } from "../../dev/scenes/docker";
import {
  askIguana,
  DAEMONS,
  height,
  readContainerFile,
  SYMBOLS,
  untilWhole,
  untilWholeAgain,
} from "../../dev/scenes/notary";
import { connected, operatorCalls } from "../../dev/scenes/operators";
import { type Attempt, attemptsFrom, edgesOf, type Place, PROBE, type Source } from "../../dev/scenes/reach";
import { createSpanningStack, engineOf } from "../../dev/scenes/spanning";
import { BEARABLE, type Calls, type Crowd, STEADY_CALLS, STRANGERS } from "../../dev/scenes/strangers";
import type { TestStack } from "../../dev/scenes/TestStack";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import { LEASE_TIMES } from "../../runtime/lease/rules";

const NOTARY = "reach";
const PROJECT = join(__dirname, "..", "..");
const HOSTS = ["alpha", "beta", "gamma"];
const PLACEMENT = { KMD: "alpha", LTC: "beta", BEER: "beta", PIZZA: "gamma" };
/** Longer than a lease lasts: an Iguana that lost its lease to the crowd has been killed by then. `npm run soak` takes ten minutes. */
const CROWD_SECONDS = Number(process.env["DOKOMODO_CROWD_SECONDS"] ?? LEASE_TIMES.lasts + 10);

/** Every host has a gateway, because each has a workload that is called from elsewhere. */
const GATEWAYS = HOSTS;

const PLACES: readonly Place[] = [
  { workload: "reach-iguana", subject: "iguana", kind: "iguana", host: "alpha", port: 7776 },
  ...SYMBOLS.map((symbol): Place => {
    const { container, port } = DAEMONS[symbol];
    return { workload: `reach-${container}`, subject: symbol, kind: "chain", host: PLACEMENT[symbol], port };
  }),
  ...HOSTS.map((host): Place => {
    return { workload: `reach-${host}-witness`, subject: host, kind: "witness", host, port: 7790 };
  }),
];

/** The PEM texts with which a source connects: its certificate with its key, and the authority that it trusts. */
interface Identity {
  readonly identity?: string;
  readonly authority?: string;
}

describe("the links of a notary on three hosts", () => {
  let hosts: TestHosts;
  let stack: TestStack;
  let addresses: { inside: Record<string, string>; hosts: Record<string, string> };
  const at = (container: string) =>
    engineOf(NOTARY, hosts, () => ({
      ...PLACEMENT,
      ...Object.fromEntries(HOSTS.map((host) => [host, host])),
    }))(container);
  const list = readFileSync(join(PROJECT, "assetchains.yaml"), "utf8");
  const edges = edgesOf("assetchains.yaml", list, SYMBOLS, HOSTS);

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    hosts = await TestHosts.start(HOSTS, { pool: 1 });
    stack = await createSpanningStack(NOTARY, hosts, PLACEMENT);
    await stack.up();
    await untilWhole(NOTARY, 120, SYMBOLS.length, 0, at);
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    const inside = PLACES.map(async ({ workload }) => {
      return [workload, await dockerAt(at(workload), "inspect", "--format", format, `${workload}-pause`)];
    });
    addresses = {
      inside: Object.fromEntries(await Promise.all(inside)),
      hosts: Object.fromEntries(HOSTS.map((host) => [host, hosts.host(host).address])),
    };
  });
  afterAll(async () => {
    stack?.forget();
    await hosts?.stop();
  });

  test.each(PLACES)("answer $workload only where the RPC graph has an edge", async (place) => {
    const { workload, host, subject } = place;
    const source: Source = { name: workload, host, subject, isInside: true };
    const file = (name: string) =>
      readContainerFile(`${workload}-proxy`, `/run/dokomodo/proxy/${name}.pem`, at);
    const identity = { identity: await file("identity"), authority: await file("authority") };
    await expectMatrix(source, identity, (job) => inside(host, `container:${workload}-pause`, job));
  });

  test.each(HOSTS)("answer no stranger on %s, with or without a foreign certificate", async (host) => {
    const source: Source = { name: `a stranger on ${host}`, host, subject: undefined, isInside: false };
    for (const identity of [{}, { identity: await foreignIdentity() }]) {
      await expectMatrix(source, identity, (job) => inside(host, "bridge", job));
    }
  });

  test("answer nobody outside without a certificate of the notary's authority", async () => {
    const source: Source = { name: "somebody outside", host: undefined, subject: undefined, isInside: false };
    for (const identity of [{}, { identity: await foreignIdentity() }])
      await expectMatrix(source, identity, outside);
  });

  test("let an operator outside call Iguana and every chain, and nothing else", async () => {
    const { certificate, privateKey, authority } = await operatorAccess();
    const source: Source = { name: "an operator", host: undefined, subject: "operator", isInside: false };
    await expectMatrix(source, { identity: certificate + privateKey, authority }, outside);
  });

  test("let the operator's command call Iguana from another machine", async () => {
    const answer = await stack.dokomodo("iguana", "dpow/notarizations", JSON.stringify({ symbol: "BEER" }));
    expect(JSON.parse(answer)).toMatchObject({ coin: "BEER", maxheight: await height(NOTARY, "BEER", at) });
  });

  test("keep an operator who sends nothing or half a request away from Iguana", async () => {
    const access = await operatorAccess();
    const half = "POST / HTTP/1.0\r\nContent-Length: 100\r\n\r\n{";
    const idle = await Promise.all(["", "POST /", half].map((text) => connected(access, text)));
    try {
      const start = Date.now();
      expect(await askIguana(NOTARY, { agent: "dpow", method: "ipaddrs" }, at)).toEqual(expect.any(Array));
      await callIguana(access, { agent: "SuperNET", method: "help" });
      expect(Date.now() - start).toBeLessThan(4000);
      await Promise.all(idle.map((socket) => new Promise((resolve) => socket.on("close", resolve))));
      expect(Date.now() - start).toBeLessThan(10_000);
    } finally {
      for (const socket of idle) socket.destroy();
    }
  });

  test(
    "work while a crowd of silent strangers connects to gateways and to Iguana's own port",
    async () => {
      const access = await operatorAccess();
      const started = await dockerAt(at("reach-iguana"), ...STARTED);
      const crowd = (address: string, port: number, name?: string): Crowd => {
        return { address, port, connections: 2000, again: 200, name };
      };
      const both = (address = "", name = ""): Crowd[] => [crowd(address, 7443, name), crowd(address, 7443)];
      const strangers = (host: string, network: string, crowds: readonly Crowd[]) =>
        inside(host, network, JSON.stringify({ crowds, seconds: CROWD_SECONDS }), STRANGERS);
      const ports = SYMBOLS.map((symbol) => DAEMONS[symbol].port);
      const calls = inside(
        "alpha",
        "container:reach-iguana-pause",
        JSON.stringify({ ports, seconds: CROWD_SECONDS + 5 }),
        STEADY_CALLS,
      );
      const crowds = Promise.all([
        strangers("gamma", "bridge", both(addresses.hosts["alpha"], "reach-iguana")),
        strangers("alpha", NOTARY, both(addresses.inside["reach-iguana"], "reach-iguana")),
        strangers("gamma", "bridge", both(addresses.hosts["beta"], "reach-beer")),
      ]);
      const operator = operatorCalls(access, CROWD_SECONDS);
      console.log(`the crowds had ${(await crowds).join(" ")}`);
      const results: readonly Calls[] = [JSON.parse(await calls), await operator];
      console.log(`calls of Iguana and of an operator: ${JSON.stringify(results)}`);
      for (const { made, failed, slow, slowest } of results) {
        expect(made).toBeGreaterThan(CROWD_SECONDS / 2);
        expect(failed).toBe(0);
        expect(slow).toBeLessThanOrEqual(made * BEARABLE.slowShare);
        expect(slowest).toBeLessThan(BEARABLE.slowest);
      }
      // If the lease had been lost, Iguana would have been killed and started again.
      expect(await dockerAt(at("reach-iguana"), ...STARTED)).toBe(started);
      await untilWhole(NOTARY, 10, SYMBOLS.length, 0, at);
    },
    (CROWD_SECONDS + 120) * 1000,
  );

  test("show no password and no call on the wire between the hosts", async () => {
    const capture = await hosts.capture();
    // Connections are kept open, and only a new connection names its target in clear.
    await dockerAt(at("reach-iguana"), "restart", "reach-iguana-proxy");
    await untilWholeAgain(NOTARY, await stack.address("BEER"), 30, { at });
    await sleep(10_000);
    const wire = await capture.end();
    console.log(`${wire.length} bytes were recorded between the hosts`);
    expect(wire.includes("reach-beer")).toBe(true);
    const confs = await Promise.all(
      SYMBOLS.map((symbol) => {
        const { container, conf } = DAEMONS[symbol];
        return readContainerFile(`reach-${container}`, conf, at);
      }),
    );
    const secrets = confs.flatMap((conf) =>
      [...conf.matchAll(/^rpc(?:user|password)=(.+)$/gm)].map(([, value]) => value),
    );
    expect(secrets).toHaveLength(8);
    for (const secret of [...secrets, "Authorization", "getblockcount", '"method"', '"result"']) {
      expect(wire.includes(secret ?? ""), `${secret} is on the wire`).toBe(false);
    }
  });

  /** Makes all attempts that a source can make, and compares the results with the RPC graph. */
  async function expectMatrix(
    source: Source,
    identity: Identity,
    probe: (job: string) => Promise<string>,
  ): Promise<void> {
    const attempts = attemptsFrom(source, PLACES, edges, addresses, GATEWAYS);
    const results: string[] = JSON.parse(await probe(JSON.stringify({ attempts, ...identity })));
    const wrong = attempts.filter((attempt, index) => attempt.allowed !== (results[index] === "answers"));
    const allowed = attempts.filter((attempt) => attempt.allowed).length;
    console.log(`${source.name}: ${allowed} of ${attempts.length} attempts are allowed`);
    expect(wrong.map((attempt) => told(attempt, results[attempts.indexOf(attempt)]))).toEqual([]);
  }

  /** The operator's access to Iguana, from the stack's outputs. */
  async function operatorAccess(): Promise<Access> {
    const shown = await stack.must("stack", "output", "--json", "--show-secrets", "--stack", "test");
    return JSON.parse(shown).notaries[NOTARY].operator;
  }

  async function inside(host: string, network: string, job: string, script = PROBE): Promise<string> {
    const { execa } = await import("execa");
    const engine = ["--host", `unix://${hosts.host(host).socket}`];
    const run = ["run", "--rm", "--interactive", "--network", network, "dokomodo-testbed/node:dev"];
    const { stdout } = await execa("docker", [...engine, ...run, "node", "-e", script], { input: job });
    return stdout;
  }
});

const STARTED = ["inspect", "--format", "{{.State.StartedAt}}", "reach-iguana"];

function told({ what, port, allowed }: Attempt, result: string | undefined): string {
  return `${what}, port ${port}: ${result}, and ${allowed ? "should answer" : "should not"}`;
}

async function outside(job: string): Promise<string> {
  const { execa } = await import("execa");
  const { stdout } = await execa("node", ["-e", PROBE], { input: job });
  return stdout;
}

/** A certificate with the right role that another authority has signed. */
async function foreignIdentity(): Promise<string> {
  const { execa } = await import("execa");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "-"];
  const subject = ["-subj", "/CN=reach-iguana/O=dokomodo/OU=iguana", "-days", "2"];
  const { stdout } = await execa("openssl", ["req", "-x509", ...key, ...subject]);
  return stdout;
}
