import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClusterNotary } from "../../dev/scenes/clusterNotary";
import { ClusterStack } from "../../dev/scenes/clusterStack";

/** The operator must get every message within this many seconds. */
const SECONDS = 60;

describe("a cluster that refuses the stack", () => {
  let cluster: ClusterStack;
  let usual: Record<string, unknown>;

  beforeAll(async () => {
    cluster = await ClusterStack.create("fog", "canary phrase of the fog");
    usual = Object(cluster.stack.config["dokomodo:kubernetes"]);
  });
  afterAll(() => cluster?.remove());

  test.each([
    {
      what: "an API server that nobody answers at",
      settings: () => ({ kubeconfig: cluster.writeKubeconfig({ server: "https://127.0.0.1:1" }) }),
      told: /cluster \S+ at https:\/\/127\.0\.0\.1:1 does not answer: .*ECONNREFUSED.*Nothing was changed/,
    },
    {
      what: "credentials that it does not take",
      settings: () => ({ kubeconfig: cluster.writeKubeconfig({ token: "not-a-token" }) }),
      told: /does not take the kubeconfig's credentials \(401\)/,
    },
    {
      what: "a user without rights",
      settings: async () => ({
        kubeconfig: cluster.writeKubeconfig({ token: await cluster.createPoorUser() }),
      }),
      told: /its user may not get configmaps, create configmaps, .* in namespace test-fog; grant a role with them/,
    },
    {
      what: "a context that is not there",
      settings: async () => ({ context: "elsewhere" }),
      told: /has no context elsewhere; it has \S+/,
    },
    {
      what: "a kubeconfig that is not there",
      settings: async () => ({ kubeconfig: "/nowhere/kubeconfig" }),
      told: /the kubeconfig \/nowhere\/kubeconfig cannot be read: .*no such file/,
    },
  ])("is reported before anything is made: $what", async ({ settings, told }) => {
    cluster.stack.writeConfig({ "dokomodo:kubernetes": { ...usual, ...(await settings()) } });
    const { exitCode, text, seconds } = await timed(["up", "--yes", "--skip-preview"]);
    expect(text).toMatch(told);
    expect(exitCode).not.toBe(0);
    expect(seconds).toBeLessThan(SECONDS);
    expect(await cluster.stack.resources()).toEqual([]);
  });

  test("is reported before anything is made, all at once and by a preview as well: a storage class, a namespace and a node that are not there", async () => {
    const missing = { storageClass: "gold", namespace: "nowhere", createNamespace: false };
    cluster.stack.writeConfig({ "dokomodo:kubernetes": { ...usual, ...missing } });
    cluster.stack.changeHosts(([host = {}]) => [{ ...host, nodes: { disk: "fast" } }]);
    for (const args of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { exitCode, text, seconds } = await timed(args);
      expect(text).toMatch(
        /there is no storage class gold, which dokomodo:kubernetes\.storageClass names; it has \S+/,
      );
      expect(text).toMatch(/there is no namespace nowhere; make it, or leave it to createNamespace/);
      expect(text).toMatch(/no node has disk=fast, as host local wants it; its nodes are \S+/);
      expect(exitCode).not.toBe(0);
      expect(seconds).toBeLessThan(SECONDS);
      expect(await cluster.stack.resources()).toEqual([]);
    }
    cluster.stack.writeConfig({ "dokomodo:kubernetes": usual });
    cluster.stack.changeHosts(([host = {}]) => [{ ...host, nodes: {} }]);
  });

  test("is reported with the pod's own reason, and corrected by the next up: an image that cannot be pulled", async () => {
    const { config } = cluster.stack;
    cluster.stack.changeDaemon("komodod", { image: "localhost:1/nobody/komodod:none" });
    await expectRefusal(
      /fog-beer does not start: container daemon, image localhost:1\/nobody\/komodod:none: (ErrImagePull|ImagePullBackOff)/,
    );
    cluster.stack.writeConfig(config);
    await cluster.stack.up();
    await cluster.stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  test("is reported with the pod's own reason, and no other pod is replaced then: a daemon that ends", async () => {
    const { config } = cluster.stack;
    cluster.stack.changeDaemon("komodod", { flags: ["-nosuchflag"], command: ["false"] });
    await expectRefusal(
      /fog-beer was replaced, and it does not start: container daemon ended with 1, \d+ times[\s\S]*Left as they were: fog-iguana, fog-kmd, fog-ltc, fog-pizza\./,
    );
    cluster.stack.writeConfig(config);
  });

  test("is corrected by the next up, which replaces one pod after the other and watches the first one", async () => {
    cluster.stack.writeConfig({ "dokomodo:rollOut": { canarySeconds: 4 } });
    cluster.stack.changeDaemon("komodod", { flags: ["-printtoconsole", "-dbcache=8"] });
    await cluster.stack.up();
    const names = ["fog-beer-0", "fog-kmd-0", "fog-pizza-0"];
    const format = `jsonpath={range .items[*]}{.status.startTime} {.status.conditions[?(@.type=="Ready")].lastTransitionTime} {end}`;
    const times = (await cluster.kubectl("get", "pods", ...names, "--output", format)).trim().split(" ");
    expect(times).toHaveLength(6);
    expect(times).toEqual([...times].sort());
    const [, ready = "", next = ""] = times;
    // The cluster tells times in whole seconds.
    expect(Date.parse(next) - Date.parse(ready)).toBeGreaterThanOrEqual(3000);
    await cluster.stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  test("is reported before any pod is touched: all images that no node can pull", async () => {
    const { config } = cluster.stack;
    const notary = new ClusterNotary(cluster);
    const before = await notary.containers();
    cluster.stack.changeDaemon("komodod", { image: "localhost:1/nobody/komodod:none" });
    cluster.stack.writeConfig({
      "dokomodo:iguana": { ...Object(config["dokomodo:iguana"]), image: "localhost:1/nobody/iguana:none" },
      "dokomodo:registries": [{ server: "localhost:1", username: "reader" }],
    });
    await cluster.stack.setSecret("dokomodo:registries[0].password", "canary of the fog's registry");
    const { exitCode, text, seconds } = await timed(["up", "--yes", "--skip-preview"]);
    expect(exitCode).not.toBe(0);
    expect(text).toMatch(
      /host local \(fog-kmd, fog-beer, fog-pizza\): the image localhost:1\/nobody\/komodod:none cannot be had: (ErrImagePull|ImagePullBackOff)/,
    );
    expect(text).toMatch(
      /host local \(fog-iguana\): the image localhost:1\/nobody\/iguana:none cannot be had/,
    );
    expect(text).toContain("Nothing was changed.");
    expect(text).not.toContain("canary");
    expect(seconds).toBeLessThan(SECONDS);
    expect(await notary.containers()).toEqual(before);
    expect(await cluster.kubectl("get", "secrets", "--output", "name")).not.toContain("trial");
    cluster.stack.replaceConfig(config);
    await cluster.stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  test("is reported with the cluster's own reason: a quota that is exceeded", async () => {
    await cluster.kubectl("create", "quota", "small", "--hard=pods=5");
    cluster.stack.changeNotary((notary) => notary.chains.push("KV"));
    await expectRefusal(
      /fog-(kv|iguana)( was replaced, and it)? does not start: .*exceeded quota: small.*the cluster tries again by itself/,
    );
  });

  test("is not reported after the quota was raised, even before the cluster tries again", async () => {
    // The cluster doubles the time between its tries, so the next one is still some time away.
    await sleep(10_000);
    await cluster.kubectl("delete", "quota", "small", "--ignore-not-found");
    await cluster.stack.up();
    await cluster.stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });

  /** Expects an `up` that says this soon, and leaves nothing half done. */
  async function expectRefusal(told: RegExp): Promise<void> {
    const { exitCode, text, seconds } = await timed(["up", "--yes", "--skip-preview"]);
    expect(text).toMatch(told);
    expect(exitCode).not.toBe(0);
    expect(seconds).toBeLessThan(SECONDS);
    expect(await cluster.stack.pendingOperations()).toEqual([]);
  }

  async function timed(args: readonly string[]) {
    const started = Date.now();
    const run = await cluster.stack.run(...args, "--stack", "test");
    return { ...run, seconds: (Date.now() - started) / 1000 };
  }
});
