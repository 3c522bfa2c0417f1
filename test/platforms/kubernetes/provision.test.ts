import { describe, expect, test } from "vitest";
import {
  failuresIn,
  isProvisioned,
  progressIn,
  waitsSinceBefore,
} from "../../../platforms/kubernetes/provisioning";
import { judgeStart } from "../../../platforms/kubernetes/verdict";
import { NEEDS } from "../workload";
import { ago, held, NOW, podOf, ready, running, seen } from "./seenPods";
import { daemonOf, found, recordWorkload, specOf } from "./workload";

const ONE_NODE = { alpha: { nodes: { "kubernetes.io/hostname": "alpha" }, listen: "0.0.0.0" } };
const BOOTSTRAP = { url: "http://192.0.2.5:8080/beer.tar.gz", sha256: "a".repeat(64), directory: "BEER" };

/** The graph of a daemon that needs files, in a cluster with such hosts. */
function record(changes: object, hosts: Parameters<typeof recordWorkload>[0]["platform"] = {}) {
  return recordWorkload({ args: { containers: [{ ...daemonOf(), ...changes }] }, platform: hosts });
}

function podOfSet(graph: Awaited<ReturnType<typeof record>>) {
  return specOf(graph, "StatefulSet").template.spec;
}

/** The plan of the init container. */
function planIn(graph: Awaited<ReturnType<typeof record>>) {
  const maps = graph.filter(({ type }) => type.endsWith(":ConfigMap"));
  const texts = maps.flatMap(({ inputs }) => Object.entries(Object(inputs["data"])));
  const [, text] = texts.find(([key]) => key.endsWith("plan.json")) ?? [];
  return JSON.parse(String(text));
}

describe("a daemon that needs files, in a cluster", () => {
  test("gets them by an init container, before its proxy starts, from the claim of its node", async () => {
    const graph = await record(NEEDS, { hosts: ONE_NODE });
    const { initContainers, containers, volumes } = podOfSet(graph);
    expect(initContainers.map(({ name }: { name: string }) => name)).toEqual(["provision", "proxy"]);
    expect(initContainers[0]).toMatchObject({
      image: "node@sha256:3",
      command: ["node", "/run/dokomodo/program/provision.cjs", "/run/dokomodo/provision/plan.json"],
      securityContext: { runAsUser: 3003, readOnlyRootFilesystem: true },
    });
    const mount = { name: "downloads", mountPath: "/var/lib/dokomodo/downloads" };
    expect(initContainers[0].volumeMounts).toContainEqual(mount);
    expect(containers[0].volumeMounts).toContainEqual({ ...mount, readOnly: true });
    expect(volumes).toContainEqual({
      name: "downloads",
      persistentVolumeClaim: { claimName: "dokomodo-downloads-alpha" },
    });
    expect(planIn(graph).downloads).toMatchObject({
      called: "the claim dokomodo-downloads-alpha of the namespace notaries",
      byHand: expect.stringContaining("dokomodo:downloads: { mirror:"),
    });
    // The program is large, so all pods have it from one object.
    const program = found(graph, "ConfigMap", "provision");
    expect(Object.keys(Object(program.inputs["data"]))).toEqual(["provision.cjs"]);
    expect(volumes).toContainEqual({
      name: "program",
      configMap: { name: expect.stringMatching(/^provision-[0-9a-f]+$/), defaultMode: 0o444 },
    });
    expect(found(graph, "PersistentVolumeClaim", "dokomodo-downloads-alpha").ignoreChanges).toEqual(["spec"]);
  });

  test("keeps them in its own volume where its host is many nodes", async () => {
    const graph = await record(NEEDS, { hosts: { alpha: { nodes: { size: "big" }, listen: "0.0.0.0" } } });
    const { initContainers, containers } = podOfSet(graph);
    const mount = { name: "data", mountPath: "/var/lib/dokomodo/downloads", subPath: ".dokomodo-downloads" };
    expect(containers[0].volumeMounts).toContainEqual({ ...mount, readOnly: true });
    expect(initContainers[0].volumeMounts).toContainEqual({
      name: "data",
      mountPath: "/var/lib/dokomodo/data",
    });
    expect(graph.filter(({ type }) => type.endsWith(":PersistentVolumeClaim"))).toEqual([]);
    expect(planIn(graph).downloads).toMatchObject({
      directory: "/var/lib/dokomodo/data/.dokomodo-downloads",
      called: "the claim data-east-beer-0 of the namespace notaries",
    });
  });

  test("fills its volume from a bootstrap, and may call the server that is named by address", async () => {
    const graph = await record({ bootstrap: BOOTSTRAP }, { hosts: ONE_NODE });
    expect(planIn(graph)).toEqual({
      bootstrap: {
        ...BOOTSTRAP,
        volume: "/var/lib/dokomodo/data",
        called: "the claim data-east-beer-0 of the namespace notaries",
        makeRoom: expect.stringContaining("kubectl --namespace notaries edit pvc data-east-beer-0"),
      },
      terminationMessage: "/dev/termination-log",
    });
    expect(specOf(graph, "NetworkPolicy").egress).toContainEqual({
      to: [{ ipBlock: { cidr: "192.0.2.5/32" } }],
      ports: [{ protocol: "TCP", port: 8080 }],
    });
    expect(graph.filter(({ type }) => type.endsWith(":PersistentVolumeClaim"))).toEqual([]);
  });

  test("has no init container but its proxy if it needs nothing", async () => {
    const { initContainers } = podOfSet(await record({}, { hosts: ONE_NODE }));
    expect(initContainers.map(({ name }: { name: string }) => name)).toEqual(["proxy"]);
  });
});

describe("the start of a pod that is provided with files", () => {
  const LINE = '{"progress":{"what":"sapling-spend.params","done":12300000,"total":47958396}}';

  test("says how far it is", () => {
    expect(progressIn(`{"said":"begun"}\n${LINE}\n`)).toBe("it fetches sapling-spend.params: 12 of 48 MB");
    expect(progressIn('{"said":"the mirror does not answer"}')).toBe("the mirror does not answer");
    expect(progressIn("")).toBeUndefined();
    expect(isProvisioned(podOf({ provision: running(3) }))).toBe(true);
    expect(isProvisioned(podOf({ daemon: running(3) }))).toBe(false);
  });

  test("says why it fails, in the words of the program", () => {
    const log = `${LINE}\n{"failed":["sapling-spend.params cannot be had", "and another"]}\n`;
    expect(failuresIn(log)).toBe("sapling-spend.params cannot be had\nand another");
    expect(failuresIn("sapling-spend.params cannot be had.\nAnd 2 more.")).toBe(
      "sapling-spend.params cannot be had.\nAnd 2 more.",
    );
    expect(failuresIn("Segmentation fault\n")).toBe("Segmentation fault");
  });

  test("begins anew after a failure of before, because its cause may have been mended", () => {
    const since = (seconds: number) => {
      const terminated = { exitCode: 1, finishedAt: ago(seconds) };
      return podOf({ provision: { ...held("CrashLoopBackOff"), lastState: { terminated } } });
    };
    expect(waitsSinceBefore(since(20), ago(10))).toBe(true);
    expect(waitsSinceBefore(since(5), ago(10))).toBe(false);
    expect(waitsSinceBefore(podOf({ provision: running(30) }), ago(10))).toBe(false);
  });

  test("is over when the daemon takes calls, although the init container does not run any more", () => {
    const provision = { state: { terminated: { exitCode: 0 } } };
    const start = judgeStart(seen({ provision, daemon: running(20), conditions: [ready] }), NOW);
    expect(start).toEqual({ kind: "started" });
  });
});
