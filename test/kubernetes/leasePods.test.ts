import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leaseAccount } from "../../dev/scenes/leaseAccount";
import type { Asked } from "../../dev/scenes/leaseAsker";
import { TestNamespace } from "../../dev/standIns/cluster/namespace";
import { podOf } from "../../dev/standIns/cluster/pods";
import { type TestedCluster, testedCluster } from "../../dev/standIns/cluster/tested";

const NAMESPACE = "lease-pods-test";
const LEASE = "dokomodo-key";
const PATIENCE = { timeout: 60_000, interval: 500 };

describe("pods that ask for one Lease", () => {
  let tested: TestedCluster;
  let namespace: TestNamespace;
  let program = "";

  beforeAll(async () => {
    program = await askerBundle();
    tested = await testedCluster();
    namespace = await TestNamespace.create(NAMESPACE, tested);
    const verbs = ["get", "create", "update"] as const;
    await namespace.apply(...leaseAccount({ namespace: NAMESPACE, lease: LEASE, name: "agent", verbs }));
    await startAsker("east");
  });
  afterAll(() => namespace?.remove());

  test("stay the same instance when their container restarts, and are different from each other", async () => {
    await expect.poll(() => asked("east"), PATIENCE).toMatchObject({ verdict: "won" });
    const { instance } = await asked("east");
    await namespace.exec("east", "sh", "-c", "kill 1");
    await expect.poll(() => restarts("east"), PATIENCE).toBe("1");
    await expect
      .poll(() => asked("east"), PATIENCE)
      .toEqual({ instance, verdict: "won", answer: { kind: "granted", renewed: true } });
    await startAsker("west");
    await expect
      .poll(() => asked("west"), PATIENCE)
      .toMatchObject({
        verdict: "refused",
        answer: { kind: "refused", holder: "notary east" },
      });
    // This holds for running pods only, because the kernel reuses the number of a network namespace that is gone.
    expect((await asked("west")).instance).not.toBe(instance);
  });

  test("take turns: another pod takes over when the holder's pod is gone, and keeps the Lease when that comes back", async () => {
    await namespace.kubectl("delete", "pod", "east");
    const gone = Date.now();
    await expect.poll(() => asked("west"), PATIENCE).toMatchObject({ verdict: "won" });
    const seconds = (Date.now() - gone) / 1000;
    expect(seconds).toBeLessThan(35);
    console.log(`taken over ${seconds.toFixed(1)} s after the pod was gone`);
    await startAsker("east");
    await expect
      .poll(() => asked("east"), PATIENCE)
      .toMatchObject({
        verdict: "refused",
        answer: { holder: "notary west" },
      });
  });

  async function startAsker(name: string): Promise<void> {
    const sources = [
      { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    ];
    await namespace.apply(
      podOf({
        namespace: NAMESPACE,
        name,
        image: tested.image("node"),
        command: ["node", "--eval", program, NAMESPACE, LEASE, `notary ${name}`],
        container: { volumeMounts: [{ name: "api", mountPath: "/run/dokomodo/api", readOnly: true }] },
        spec: { serviceAccountName: "agent", volumes: [{ name: "api", projected: { sources } }] },
      }),
    );
    await namespace.kubectl("wait", "--for=condition=Ready", "--timeout=180s", `pod/${name}`);
  }

  /** The last answer that a pod got. */
  async function asked(pod: string): Promise<Asked> {
    return JSON.parse(await namespace.kubectl("logs", pod, "--tail=1"));
  }

  async function restarts(pod: string): Promise<string> {
    const count = "jsonpath={.status.containerStatuses[0].restartCount}";
    return namespace.kubectl("get", "pod", pod, "--output", count);
  }
});

async function askerBundle(): Promise<string> {
  const entry = join(__dirname, "../../dev/scenes/leaseAsker.ts");
  const options = { bundle: true, platform: "node", format: "cjs", minify: true, write: false } as const;
  const { outputFiles } = await build({ entryPoints: [entry], ...options });
  return outputFiles[0]?.text ?? "";
}
