import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClientAccess } from "../../cli/outputs";
import {
  attempt,
  clientsOf,
  foreignIdentity,
  mayCall,
  operatorMayCall,
  plainCall,
  REFUSED,
  type StatedClient,
  withClientProxy,
  wrongCalls,
} from "../../dev/scenes/clients";
import { ClusterNotary, changedPods } from "../../dev/scenes/clusterNotary";
import { attemptsOfPod, type PodPlace, type PodSource, podEdges } from "../../dev/scenes/clusterReach";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { DAEMONS, SYMBOLS } from "../../dev/scenes/notary";
import { PROBE } from "../../dev/scenes/reach";
import { BEARABLE, type Calls, STEADY_CALLS, STRANGERS } from "../../dev/scenes/strangers";
import { TestNamespace, until } from "../../dev/standIns/cluster/namespace";
import { podOf } from "../../dev/standIns/cluster/pods";
import { TestCluster } from "../../dev/standIns/cluster/TestCluster";
import { statedCluster, testedOf } from "../../dev/standIns/cluster/tested";
import { FILTER_PORT } from "../../notary/ports";

/** This file has its own cluster, because it turns the policies of the whole cluster on and off. */
const POOL = 92;
const NOTARY = "nimbus";
const LIST = "assetchains.yaml";
const P2P_PORTS: Readonly<Record<string, number>> = { KMD: 7770, LTC: 9333, BEER: 8922, PIZZA: 11607 };
const SUBJECTS = ["iguana", "clients", ...SYMBOLS];
/** Ports of what is no chain, on its own loopback. */
const OWN_PORTS: Readonly<Record<string, number>> = { iguana: 7776, clients: FILTER_PORT };
const BUS_PORT = 7775;
const WALLET = { name: "wallet", chains: ["KMD", "BEER"] };
const SHOP = { name: "shop", chains: ["LTC"], allow: ["getblockcount", "getnewaddress"] };
/** What the config says that each may call. */
const MAY = { wallet: mayCall(WALLET), shop: mayCall(SHOP), operator: operatorMayCall };
const CROWD_SECONDS = 20;

describe.skipIf(statedCluster() !== undefined)("the links of a notary in a cluster", () => {
  let node: TestCluster;
  let cluster: ClusterStack;
  let notary: ClusterNotary;
  let elsewhere: TestNamespace;
  let places: readonly PodPlace[];
  let forged: string;
  let access: Readonly<Record<string, ClientAccess>>;
  const edges = podEdges(LIST, readFileSync(join(__dirname, "..", "..", LIST), "utf8"), SYMBOLS);

  beforeAll(async () => {
    node = await TestCluster.start({ pool: POOL });
    const tested = testedOf(node);
    cluster = await ClusterStack.create(NOTARY, "canary phrase of the nimbus", tested);
    notary = new ClusterNotary(cluster);
    cluster.stack.changeHosts(() => [{ name: "local", address: node.address }]);
    const settings = Object(cluster.stack.config["dokomodo:kubernetes"]);
    cluster.stack.writeConfig({ "dokomodo:kubernetes": { ...settings, publish: "hostPort" } });
    await upWith([WALLET, SHOP]);
    await notary.untilWhole(120);
    forged = (await foreignIdentity(`${NOTARY}-iguana`, "iguana")).certificate;
    elsewhere = await TestNamespace.create("elsewhere", tested);
    await elsewhere.startPod("stranger", ["sleep", "infinity"]);
    const stranger = { name: "stranger", namespace: cluster.namespace, image: tested.image("node") };
    await tested.kubectl.apply(podOf({ ...stranger, command: ["sleep", "infinity"] }));
    await cluster.kubectl("wait", "--for=condition=Ready", "pod/stranger", "--timeout=60s");
    await Promise.all(SUBJECTS.map(addProbe));
    places = await Promise.all(SUBJECTS.map(placeOf));
  });
  afterAll(async () => {
    cluster?.stack.forget();
    await node?.stop();
  });

  describe.each([true, false])("where policies are enforced: %s", (isEnforced) => {
    beforeAll(async () => {
      await node.enforcePolicies(isEnforced);
      if (!isEnforced) console.log("nothing enforces NetworkPolicies now: mutual TLS is all that there is");
    });
    afterAll(() => node.enforcePolicies(true));

    // What a policy drops is waited for, so these tests run side by side.
    test.concurrent.each(SUBJECTS)("answer %s only where the RPC graph has an edge", async (subject) => {
      const file = (name: string) => notary.readFile(subject, "proxy", `/run/dokomodo/proxy/${name}.pem`);
      const known = { identity: await file("identity"), authority: await file("authority") };
      // Without its own certificate even the right pod must get no answer.
      const other = { name: `${subject} with a forged certificate`, subject, isKnown: false };
      await Promise.all([
        expectMatrix({ name: subject, subject, isKnown: true }, known, isEnforced),
        expectMatrix(other, { identity: forged }, isEnforced),
      ]);
    });

    test.concurrent.each(["in the notary's namespace", "in another"])(
      "answer no stranger %s",
      async (where) => {
        const stranger = { name: `a stranger ${where}`, subject: undefined, isKnown: false };
        const identities = [{}, { identity: forged }];
        await Promise.all(identities.map((each) => expectMatrix(stranger, each, isEnforced)));
      },
    );

    // With enforced policies a stranger cannot even connect, so this test runs only without them.
    if (!isEnforced)
      test("work while a crowd of silent strangers connects to Iguana's port", async () => {
        const before = await notary.containers();
        const iguana = places.find(({ subject }) => subject === "iguana");
        const crowd = { address: iguana?.address, port: 7443, connections: 2000, again: 200 };
        const crowds = [{ ...crowd, name: iguana?.workload }, crowd];
        const stranger = { name: "a stranger in another", subject: undefined, isKnown: false };
        const crowded = probe(stranger, JSON.stringify({ crowds, seconds: CROWD_SECONDS }), STRANGERS);
        const ports = SYMBOLS.map((symbol) => DAEMONS[symbol].port);
        const own = { name: "iguana", subject: "iguana", isKnown: true };
        const calls: Calls = JSON.parse(
          await probe(own, JSON.stringify({ ports, seconds: CROWD_SECONDS }), STEADY_CALLS),
        );
        console.log(`the crowds had ${await crowded}; calls of Iguana: ${JSON.stringify(calls)}`);
        expect(calls.made).toBeGreaterThan(CROWD_SECONDS * 10);
        expect(calls.failed).toBe(0);
        expect(calls.slow).toBeLessThanOrEqual(calls.made * BEARABLE.slowShare);
        expect(calls.slowest).toBeLessThan(BEARABLE.slowest);
        expect(await notary.containers()).toEqual(before);
      });
  });

  describe("are called from outside of the cluster", () => {
    test("by each client at its chains, by its methods, and at nothing else", async () => {
      for (const [name, may] of Object.entries(MAY)) {
        expect(await wrongCalls(access[name], SYMBOLS, may), name).toEqual([]);
      }
    });

    test("by nobody without a certificate of the notary, and by no client at a daemon's own link", async () => {
      const own = access["wallet"];
      const strangers = [
        { certificate: "", privateKey: "" },
        await foreignIdentity(`${NOTARY}-wallet`, "client"),
      ].map((identity) => own && { ...own, ...identity });
      const links = SUBJECTS.filter((each) => each !== "clients").map((subject) => {
        const name = `${NOTARY}-${subject.toLowerCase()}`;
        return own && { ...own, address: { ...own.address, name } };
      });
      const calls = [...strangers, ...links].map((each) => attempt(each, "KMD", "getblockcount"));
      for (const result of await Promise.all(calls)) expect(result).toMatch(REFUSED);
    });

    test("by applications that speak plain JSON-RPC to their own machine", async () => {
      const write = (directory: string) =>
        cluster.stack.dokomodo("client", "wallet", "--directory", directory);
      await withClientProxy(DAEMONS.BEER.port, write, async () => {
        expect(await plainCall(DAEMONS.BEER.port, "getblockcount")).toBe(await notary.height("BEER"));
        await expect(plainCall(DAEMONS.KMD.port, "getnewaddress")).rejects.toThrow(
          /may not call getnewaddress on KMD/,
        );
      });
    });

    test("by the operator's command", async () => {
      for (const symbol of SYMBOLS) {
        const said = await cluster.stack.dokomodo("rpc", symbol, "getblockcount");
        expect(JSON.parse(said)).toBe(await notary.height(symbol));
      }
    });

    test("by clients whose certificates' ends are in the stack's outputs, for everybody who sees them", async () => {
      const shown = await cluster.stack.must("stack", "output", "notaries", "--json", "--stack", "test");
      const end = expect.stringMatching(/^20\d\d-\d\d-\d\dT/);
      expect(JSON.parse(shown)[NOTARY]).toMatchObject({
        clients: "[secret]",
        certificatesUntil: { wallet: end, shop: end, operator: end },
      });
    });

    test("by a client no more when its line is gone, and no daemon restarts for it", async () => {
      const old = access["wallet"];
      const before = await notary.containers();
      await upWith([SHOP]);
      expect(changedPods(before, await notary.containers())).toEqual([notary.pod("clients")]);
      expect(await attempt(old, "KMD", "getblockcount")).toMatch(REFUSED);
      expect(await attempt(access["shop"], "LTC", "getblockcount")).toBe("answers");
    });
  });

  /** Brings the notary up with these clients. */
  async function upWith(clients: readonly StatedClient[]): Promise<void> {
    cluster.stack.changeNotary((each) => {
      each["clients"] = clients;
    });
    await cluster.stack.up();
    access = (await clientsOf(cluster.stack))[NOTARY] ?? {};
  }

  async function expectMatrix(source: PodSource, identity: object, isEnforced: boolean): Promise<void> {
    const attempts = attemptsOfPod(source, places, edges, isEnforced);
    const results: string[] = JSON.parse(await probe(source, JSON.stringify({ attempts, ...identity })));
    const wrong = attempts.flatMap(({ what, port, allowed }, index) =>
      allowed === (results[index] === "answers")
        ? []
        : [`${what}, port ${port}: ${results[index]}, and ${allowed ? "should answer" : "should not"}`],
    );
    const allowed = attempts.filter((attempt) => attempt.allowed).length;
    console.log(`${source.name}: ${allowed} of ${attempts.length} attempts are allowed`);
    expect(wrong).toEqual([]);
  }

  function probe({ name, subject }: PodSource, job: string, program = PROBE): Promise<string> {
    const [pod, namespace] =
      subject !== undefined
        ? [notary.pod(subject), cluster.namespace]
        : ["stranger", name.endsWith("another") ? "elsewhere" : cluster.namespace];
    const container = subject === undefined ? "main" : "probe";
    const exec = ["exec", "--stdin", "--namespace", namespace, pod, "--container", container];
    return node.client.feed(job, ...exec, "--", "node", "--eval", program);
  }

  /** Adds a container with Node to a pod, in the pod's own network. */
  async function addProbe(subject: string): Promise<void> {
    const { items } = JSON.parse(await cluster.kubectl("get", "pods", "--output", "json"));
    const pod = items.find(
      ({ metadata }: { metadata: { name: string } }) => metadata.name === notary.pod(subject),
    );
    const container = {
      name: "probe",
      image: cluster.cluster.image("node"),
      imagePullPolicy: "IfNotPresent",
      command: ["sleep", "infinity"],
      securityContext: {
        runAsUser: 1000,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      },
    };
    const path = `/api/v1/namespaces/${cluster.namespace}/pods/${notary.pod(subject)}/ephemeralcontainers`;
    const changed = { ...pod, spec: { ...pod.spec, ephemeralContainers: [container] } };
    await node.client.feed(JSON.stringify(changed), "replace", "--raw", path, "--filename", "-");
    const echo = ["exec", notary.pod(subject), "--container", "probe", "--", "echo", "up"];
    await until(async () => (await cluster.kubectl(...echo)) === "up");
  }

  async function placeOf(subject: string): Promise<PodPlace> {
    const address = await cluster.kubectl(
      "get",
      "pod",
      notary.pod(subject),
      "--output",
      "jsonpath={.status.podIP}",
    );
    const workload = `${NOTARY}-${subject.toLowerCase()}`;
    const symbol = SYMBOLS.find((one) => one === subject);
    return {
      workload,
      subject,
      address,
      hostname: `${workload}.${cluster.namespace}.svc.cluster.local`,
      rpcPort: symbol === undefined ? (OWN_PORTS[subject] ?? 0) : DAEMONS[symbol].port,
      publishedPort: subject === "iguana" ? BUS_PORT : P2P_PORTS[subject],
    };
  }
});
