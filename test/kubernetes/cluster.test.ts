import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestNamespace, until } from "../../dev/standIns/cluster/namespace";
import { headlessService, podOf, podSpecOf } from "../../dev/standIns/cluster/pods";
import type { TestCluster } from "../../dev/standIns/cluster/TestCluster";
import { statedCluster, type TestedCluster, testedCluster } from "../../dev/standIns/cluster/tested";

const NAMESPACE = "cluster-test";
const PORT = 8080;
const SERVE = `require("http").createServer((_, answer) => answer.end("here")).listen(${PORT})`;
const GROUP = 2000;
/** Tests that look inside the node run only on a cluster that was started for the tests. */
const isStated = statedCluster() !== undefined;

describe("the cluster that tests run on", () => {
  let tested: TestedCluster;
  let namespace: TestNamespace;
  const kubectl = (...args: string[]) => namespace.kubectl(...args);

  beforeAll(async () => {
    tested = await testedCluster();
    namespace = await TestNamespace.create(NAMESPACE, tested);
    await namespace.apply(headlessService(NAMESPACE, "server", PORT));
    await namespace.startPod("server", ["node", "--eval", SERVE]);
    await namespace.startPod("client", ["sleep", "infinity"]);
  });

  afterAll(() => namespace.remove());

  test("has a node that is ready", async () => {
    const ready = '{.items[*].status.conditions[?(@.type=="Ready")].status}';
    expect(await kubectl("get", "nodes", "--output", `jsonpath=${ready}`)).toContain("True");
  });

  test("refuses a pod that does not meet its namespace's standard", async () => {
    const image = tested.image("node");
    const pod = podOf({
      namespace: NAMESPACE,
      name: "bold",
      image,
      command: ["true"],
      spec: { hostNetwork: true },
    });
    await expect(namespace.apply(pod)).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  test("resolves the name of a headless Service to its pod", async () => {
    const said = await namespace.call("client", `http://server.${NAMESPACE}.svc.cluster.local:${PORT}`);
    expect(said).toBe("200 here");
  });

  test("lets pods reach the API server at its Service's address", async () => {
    const script = "echo https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT/version";
    const url = await namespace.exec("client", "sh", "-c", script);
    expect(await namespace.call("client", url)).toMatch(/^(200|401|403) /);
  });

  test.skipIf(isStated)("lets the machine outside reach a pod at a port of the node", async () => {
    const spec = { type: "NodePort", selector: { app: "server" }, ports: [{ port: PORT }] };
    const metadata = { name: "published", namespace: NAMESPACE };
    await namespace.apply({ apiVersion: "v1", kind: "Service", metadata, spec });
    const port = await kubectl("get", "service/published", "--output", "jsonpath={.spec.ports[0].nodePort}");
    await until(async () => (await fetch(`http://${own().address}:${port}`)).ok);
  });

  test("gives a deleted pod the time to end in order", async () => {
    const trap = "trap 'sleep 3; echo ended in order; exit' TERM; echo up; while :; do sleep 0.1; done";
    await namespace.startPod("ending", ["sh", "-c", trap]);
    const said = kubectl("logs", "--follow", "ending");
    await kubectl("delete", "pod", "ending", "--grace-period=20");
    expect(await said).toBe("up\nended in order");
  });

  test("kills a pod that takes longer than its grace", async () => {
    await namespace.startPod("stubborn", ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"]);
    const started = Date.now();
    await kubectl("delete", "pod", "stubborn", "--grace-period=3");
    expect(Date.now() - started).toBeGreaterThan(2500);
  });

  test.skipIf(isStated)("can dump its database", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "known", namespace: NAMESPACE } };
    await namespace.apply({ ...secret, stringData: { word: "a-known-value" } });
    const holding = (await own().etcdDump()).filter(({ value }) => value.includes("a-known-value"));
    expect(holding.map(({ key }) => key)).toEqual([`/registry/secrets/${NAMESPACE}/known`]);
  });

  describe("keeps what a StatefulSet writes", () => {
    const rollOut = () => kubectl("rollout", "status", "statefulset/storing", "--timeout=180s");
    const shell = (script: string) => namespace.exec("storing-0", "sh", "-c", script);
    const uid = () => kubectl("get", "pod", "storing-0", "--output", "jsonpath={.metadata.uid}");
    const claim = (path: string) => kubectl("get", "pvc/data-storing-0", "--output", `jsonpath=${path}`);

    beforeAll(async () => {
      await namespace.apply(storingSet(tested.image("node")));
      await rollOut();
    });

    test("on a volume that is bound to its claim", async () => {
      expect(await claim("{.status.phase}")).toBe("Bound");
    });

    test("when its pod is deleted", async () => {
      await shell("echo kept > /data/file");
      const before = await uid();
      await kubectl("delete", "pod", "storing-0");
      await rollOut();
      expect(await uid()).not.toBe(before);
      expect(await shell("cat /data/file")).toBe("kept");
    });

    test.skipIf(isStated)("in a folder of the node, with the group that the pod asked for", async () => {
      await shell("echo here > /data/seen");
      const folder = own().volumeFolder(await claim("{.spec.volumeName}"));
      expect(await readFile(join(folder, "seen"), "utf8")).toBe("here\n");
      expect((await stat(folder)).gid).toBe(GROUP);
    });

    test.skipIf(isStated)("until the volume is removed", async () => {
      await shell("echo kept > /data/last");
      const volume = await claim("{.spec.volumeName}");
      const folder = own().volumeFolder(volume);
      await kubectl("delete", "statefulset", "storing", "--cascade=foreground");
      await kubectl("delete", "pvc", "data-storing-0");
      expect(await readFile(join(folder, "last"), "utf8")).toBe("kept\n");
      await own().removeVolume(volume);
      await expect(stat(folder)).rejects.toThrow(/ENOENT/);
    });
  });

  function own(): TestCluster {
    if (tested.own === undefined)
      throw new Error("This test needs a cluster that was started for the tests.");
    return tested.own;
  }
});

function storingSet(image: string): object {
  const labels = { app: "storing" };
  const volumeMounts = [{ name: "data", mountPath: "/data" }];
  const spec = {
    ...podSpecOf(image, ["sleep", "infinity"], { volumeMounts }),
    securityContext: { fsGroup: GROUP },
    terminationGracePeriodSeconds: 1,
  };
  const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "storing", namespace: NAMESPACE },
    spec: {
      serviceName: "storing",
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
    },
  };
}
