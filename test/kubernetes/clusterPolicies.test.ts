import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { TestNamespace, until } from "../../dev/standIns/cluster/namespace";
import { headlessService, type PolicyArgs, policyOf } from "../../dev/standIns/cluster/pods";
import { testedCluster } from "../../dev/standIns/cluster/tested";

const NAMESPACE = "cluster-policies-test";
const ELSEWHERE = "cluster-policies-elsewhere";
const PORT = 8080;
const SERVE = `require("http").createServer((_, answer) => answer.end("here")).listen(${PORT})`;
const SERVER = `http://server.${NAMESPACE}.svc.cluster.local:${PORT}`;

/** These tests also run on a stated cluster, because a cluster that does not enforce policies is not fit for a notary. */
describe("a NetworkPolicy in the cluster that tests run on", () => {
  let namespace: TestNamespace;
  let elsewhere: TestNamespace;

  beforeAll(async () => {
    const tested = await testedCluster();
    namespace = await TestNamespace.create(NAMESPACE, tested);
    elsewhere = await TestNamespace.create(ELSEWHERE, tested);
    await namespace.apply(headlessService(NAMESPACE, "server", PORT));
    const ports = [{ name: "web", containerPort: PORT }];
    await namespace.startPod("server", ["node", "--eval", SERVE], { ports });
    await namespace.startPod("client", ["sleep", "infinity"]);
    await elsewhere.startPod("client", ["sleep", "infinity"]);
  });

  afterEach(async () => {
    await namespace.kubectl("delete", "networkpolicy", "--all");
    await until(isAnswered);
  });

  afterAll(async () => {
    await namespace.remove();
    await elsewhere.remove();
  });

  test("that allows nothing keeps everybody away from its pod, and from no other pod", async () => {
    await set({ name: "none", app: "client", ingress: [] });
    await set({ name: "deny", app: "server", ingress: [] });
    await until(isSilent);
    await namespace.kubectl("delete", "networkpolicy", "deny");
    await until(isAnswered);
  });

  test("that allows a pod lets only that pod in", async () => {
    await set({ name: "pods", app: "server", ingress: [{ from: [{ podSelector: labelled("client") }] }] });
    await until(async () => (await isAnswered()) && (await elsewhere.call("client", SERVER)) === "no answer");
  });

  test("that allows another namespace's pod lets only that pod in", async () => {
    const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": ELSEWHERE } };
    const from = [{ namespaceSelector, podSelector: labelled("client") }];
    await set({ name: "namespaces", app: "server", ingress: [{ from }] });
    await until(async () => (await isSilent()) && (await elsewhere.call("client", SERVER)) === "200 here");
  });

  test("that allows a port lets nothing in at other ports", async () => {
    const ports = (port: number | string, endPort?: number) => [{ ports: [{ port, endPort }] }];
    await set({ name: "ports", app: "server", ingress: ports(PORT + 1) });
    await until(isSilent);
    await set({ name: "ports", app: "server", ingress: ports("web") });
    await until(isAnswered);
    await set({ name: "ports", app: "server", ingress: ports(PORT - 2, PORT - 1) });
    await until(isSilent);
    await set({ name: "ports", app: "server", ingress: ports(PORT - 1, PORT + 1) });
    await until(isAnswered);
  });

  test("that allows a pod only DNS lets it resolve names, and reach nothing else", async () => {
    const to = [{ namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }];
    await set({ name: "names", app: "client", egress: [{ to, ports: [{ protocol: "UDP", port: 53 }] }] });
    await until(isSilent);
    const lookUp = ["getent", "hosts", `server.${NAMESPACE}.svc.cluster.local`];
    const address = await namespace.kubectl("get", "pod/server", "--output", "jsonpath={.status.podIP}");
    expect(await namespace.exec("client", ...lookUp)).toContain(address);
    const api = "https://kubernetes.default.svc.cluster.local/version";
    expect(await namespace.call("client", api)).toBe("no answer");
  });

  test("that excludes addresses keeps its pod from these only", async () => {
    const address = await namespace.kubectl("get", "pod/server", "--output", "jsonpath={.status.podIP}");
    const except = (...cidrs: string[]) => [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: cidrs } }] }];
    await set({ name: "addresses", app: "client", egress: except(`${address}/32`, `${address}/31`) });
    // The name can still be resolved, because the pod of DNS has another address.
    await until(isSilent);
    await set({ name: "addresses", app: "client", egress: except("192.0.2.0/24") });
    await until(isAnswered);
  });

  async function set(policy: Omit<PolicyArgs, "namespace">): Promise<void> {
    await namespace.apply(policyOf({ namespace: NAMESPACE, ...policy }));
  }

  async function isAnswered(): Promise<boolean> {
    return (await namespace.call("client", SERVER)) === "200 here";
  }

  async function isSilent(): Promise<boolean> {
    return (await namespace.call("client", SERVER)) === "no answer";
  }
});

function labelled(app: string): object {
  return { matchLabels: { app } };
}
