import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KubernetesProject } from "./KubernetesProject";

/** A StatefulSet of one pod that ends `grace` seconds after it is asked to. */
const set = (image: string, { annotations = {}, timeout = "60s", grace = 0, pull = "IfNotPresent" } = {}) => `
  const labels = { app: "set" };
  new k8s.apps.v1.StatefulSet("set", {
    metadata: { name: "set", annotations: ${JSON.stringify(annotations)} },
    spec: {
      replicas: 1, serviceName: "set", selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: {
        terminationGracePeriodSeconds: 30,
        containers: [{ name: "daemon", image: "${image}", imagePullPolicy: "${pull}",
          ${grace === 0 ? "" : `lifecycle: { preStop: { sleep: { seconds: ${grace} } } },`} }],
      } },
    },
  }, { provider, customTimeouts: { create: "${timeout}", update: "${timeout}", delete: "60s" } });
`;
const pause = "pause";

describe("waiting in the offline kubernetes provider", () => {
  let trial: KubernetesProject;
  const seconds = async (work: Promise<unknown>) => {
    const start = Date.now();
    await work;
    return (Date.now() - start) / 1000;
  };
  const destroy = () => trial.project.succeed("destroy", "--yes", "--skip-preview");
  beforeAll(async () => {
    trial = await KubernetesProject.create("");
  });
  afterAll(() => trial?.remove());

  test("ends when the object has what waitFor names, and a removal does not need a pod", async () => {
    await trial.write(
      set("nowhere/image:1", { annotations: { "pulumi.com/waitFor": "jsonpath={.metadata.uid}" } }),
    );
    expect(await seconds(trial.project.up())).toBeLessThan(10);
    await destroy();
    expect(await trial.names("statefulset")).toEqual([]);
  });

  test("ends at once with skipAwait", async () => {
    await trial.write(set("nowhere/image:1", { annotations: { "pulumi.com/skipAwait": "true" } }));
    expect(await seconds(trial.project.up())).toBeLessThan(10);
    await trial.project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await destroy();
    // Its deletion is not waited for, either.
    await expect.poll(() => trial.names("statefulset"), { timeout: 60_000 }).toEqual([]);
  });

  test("waits for a value, and names what it waited for after its timeout", async () => {
    const waitFor = "jsonpath={.metadata.labels['ready']}=yes";
    const body = (extra: string) => `
      new k8s.core.v1.ConfigMap("files", {
        metadata: { name: "files", annotations: { "pulumi.com/waitFor": "${waitFor}" } }, ${extra}
      }, { provider, customTimeouts: { create: "3s", update: "60s" } });`;
    await trial.write(body(""));
    const { exitCode, text } = await trial.project.run("up", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("timed out waiting for the condition");
    expect(text).toContain("Waiting for {.metadata.labels['ready']}=yes");
    await trial.kubectl("label", "--field-manager=somebody", "configmap", "files", "ready=yes");
    await trial.project.up();
    await destroy();
  });

  test("reports why the pods of a StatefulSet are not ready, keeps the set, and continues in the next run", async () => {
    await trial.write(set("nowhere/image:1", { timeout: "8s", pull: "Never" }));
    const { exitCode, text } = await trial.project.run("up", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("'set' timed out waiting to be Ready");
    expect(text).toContain("0 out of 1 replicas succeeded readiness checks");
    expect(text).toMatch(/\[Pod provider-\w+\/set-0\]: container "daemon": \[ErrImageNeverPull\]/);
    expect(await trial.project.planned()).toEqual({ set: ["update"] });
    await trial.write(set(trial.cluster.image(pause), { timeout: "60s" }));
    const update = trial.project.up();
    // A StatefulSet does not replace a pod that was never ready (kubernetes/kubernetes#67250), so the test removes it.
    const observed = async () =>
      JSON.parse(await trial.object("statefulset", "set")).status.observedGeneration;
    await expect.poll(observed, { timeout: 30_000 }).toBe(2);
    await trial.kubectl("delete", "pod", "set-0", "--wait=false");
    await update;
    expect(await trial.project.planned()).toEqual({});
    await trial.project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await destroy();
  });

  test("waits until a StatefulSet's pod runs, and until it has ended", async () => {
    await trial.write(set(trial.cluster.image(pause), { grace: 6 }));
    await trial.project.up();
    const pod = JSON.parse(await trial.object("pod", "set-0"));
    expect(pod.status.phase).toBe("Running");
    expect(await seconds(destroy())).toBeGreaterThan(6);
    expect(await trial.names("pod")).toEqual([]);
  });

  test("ends when the run is interrupted, and the object is kept", async () => {
    await trial.write(set("nowhere/image:1"));
    const running = trial.project.start("up", "--yes", "--skip-preview");
    await expect.poll(() => trial.names("statefulset"), { timeout: 30_000 }).toEqual(["set"]);
    running.kill("SIGINT");
    expect(await seconds(running)).toBeLessThan(20);
    const [kept] = (await trial.project.resources()).filter(({ type }) => type.endsWith("StatefulSet"));
    expect(kept?.id).toBe(`${trial.namespace}/set`);
    await destroy();
  });

  test("waits for a Deployment, and for the Service in front of it", async () => {
    const image = trial.cluster.image(pause);
    await trial.write(`
      const labels = { app: "gateway" };
      const deployment = new k8s.apps.v1.Deployment("gateway", { spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "c", image: "${image}" }] } },
      } }, { provider });
      new k8s.core.v1.Service("gateway", { spec: { selector: labels, ports: [{ port: 80 }] } }, { provider });
      module.exports = { name: deployment.metadata.name };
    `);
    await trial.project.up();
    const { name } = await trial.project.outputs();
    const { status } = JSON.parse(await trial.object("deployment", String(name)));
    expect(status.availableReplicas).toBe(1);
    await trial.project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await destroy();
    expect(await trial.names("pod")).toEqual([]);
  });
});
