import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KubernetesProject } from "./KubernetesProject";

const labelled = (namespace: string, level: string) => `
  const namespace = new k8s.core.v1.NamespacePatch("namespace", {
    metadata: { name: "${namespace}", labels: { "pod-security.kubernetes.io/enforce": "${level}" } },
  }, { provider });
  new k8s.core.v1.ConfigMap("files", { data: { key: "value" } }, { provider, dependsOn: namespace });
`;

describe("a namespace in the offline kubernetes provider", () => {
  let trial: KubernetesProject;
  const labels = async () => {
    const text = await trial.kubectl("get", "namespace", trial.namespace, "--output=json");
    return JSON.parse(text).metadata.labels;
  };
  beforeAll(async () => {
    trial = await KubernetesProject.create("", { bare: true });
    await trial.write(labelled(trial.namespace, "baseline"));
  });
  afterAll(() => trial?.remove());

  test("can be previewed before it exists", async () => {
    expect(await trial.project.planned()).toMatchObject({ namespace: ["create"], files: ["create"] });
  });

  test("is made when it does not exist", async () => {
    await trial.project.up();
    expect(await labels()).toMatchObject({ "pod-security.kubernetes.io/enforce": "baseline" });
    await trial.project.up("--expect-no-changes");
    await trial.project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  test("is changed in place, and keeps the labels of others", async () => {
    await trial.kubectl("label", "namespace", trial.namespace, "owner=somebody");
    await trial.write(labelled(trial.namespace, "restricted"));
    expect(await trial.project.planned()).toEqual({ namespace: ["update"] });
    await trial.project.up();
    expect(await labels()).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
      owner: "somebody",
    });
  });

  test("stays when the stack is destroyed, without the stack's labels", async () => {
    await trial.project.succeed("destroy", "--yes", "--skip-preview");
    expect(await labels()).toMatchObject({ owner: "somebody" });
    expect(await labels()).not.toHaveProperty("pod-security.kubernetes.io/enforce");
    expect(await trial.names("configmap")).not.toContainEqual(expect.stringMatching(/^files-/));
  });

  test("is taken over when it exists", async () => {
    expect(await trial.project.planned()).toMatchObject({ namespace: ["create"] });
    await trial.project.up();
    expect(await labels()).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
      owner: "somebody",
    });
  });

  test("causes no error in a destroy when it was deleted with all that was in it", async () => {
    await trial.cluster.kubectl.run("delete", "namespace", trial.namespace, "--wait=false");
    await trial.kubectl("delete", "configmap", "--all", "--wait=false").catch(() => undefined);
    await trial.project.succeed("destroy", "--yes", "--skip-preview");
  });
});
