import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KubernetesProject } from "./KubernetesProject";

/** JavaScript that makes one object of each kind that dokomodo makes. No pod has to start. */
const everything = (value: string, image = "nowhere/image:1", storage = "1024Mi") => `
  const o = { provider };
  const labels = { app: "set" };
  const secret = new k8s.core.v1.Secret("files", { immutable: true, stringData: { "a.conf": ${JSON.stringify(value)} } }, o);
  new k8s.core.v1.Secret("fixed", { metadata: { name: "fixed" }, stringData: { key: ${JSON.stringify(value)} } }, o);
  const config = new k8s.core.v1.ConfigMap("files", { immutable: true, data: { "b.conf": "plain" } }, o);
  const account = new k8s.core.v1.ServiceAccount("account", { automountServiceAccountToken: false }, o);
  const role = new k8s.rbac.v1.Role("role", { rules: [{ apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "update"] }] }, o);
  new k8s.rbac.v1.RoleBinding("binding", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
    subjects: [{ kind: "ServiceAccount", name: account.metadata.name }],
  }, o);
  const service = new k8s.core.v1.Service("service", { metadata: { name: "service" }, spec: {
    clusterIP: "None", publishNotReadyAddresses: true, selector: labels, ports: [{ port: 7443 }],
  } }, o);
  new k8s.networking.v1.NetworkPolicy("policy", { spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [] } }, o);
  new k8s.policy.v1.PodDisruptionBudget("budget", { spec: { maxUnavailable: 1, selector: { matchLabels: labels } } }, o);
  new k8s.coordination.v1.Lease("lease", { spec: { leaseDurationSeconds: 15, holderIdentity: "" } }, o);
  const set = new k8s.apps.v1.StatefulSet("set", {
    metadata: { name: "set", annotations: { "pulumi.com/skipAwait": "true" } },
    spec: {
      replicas: 0,
      serviceName: service.metadata.name,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: {
        serviceAccountName: account.metadata.name,
        initContainers: [{ name: "proxy", image: "${image}", restartPolicy: "Always" }],
        containers: [{
          name: "daemon", image: "${image}", resources: { requests: { cpu: "1000m", memory: "0.5Gi" } },
          volumeMounts: [{ name: "data", mountPath: "/data" }],
        }],
        volumes: [
          { name: "secrets", secret: { secretName: secret.metadata.name } },
          { name: "files", configMap: { name: config.metadata.name } },
          { name: "empty", emptyDir: {} },
        ],
      } },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: {
        accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "${storage}" } },
      } }],
    },
  }, o);
  module.exports = { secret: secret.metadata.name, uid: set.metadata.uid };
`;

describe("the offline kubernetes provider", () => {
  let trial: KubernetesProject;
  const output = async (name: string) => String((await trial.project.outputs())[name]);
  beforeAll(async () => {
    trial = await KubernetesProject.create(everything("first value"));
    await trial.project.up();
  });
  afterAll(async () => {
    await trial?.project.run("destroy", "--yes", "--skip-preview");
    await trial?.remove();
  });

  test("makes the objects in the provider's namespace", async () => {
    const resources = await trial.project.resources();
    const ids = resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ id }) => id);
    expect(ids).toHaveLength(11);
    for (const id of ids) expect(id).toMatch(new RegExp(`^${trial.namespace}/`));
    expect(await trial.names("statefulset")).toEqual(["set"]);
  });

  test("names an object without a name after its resource, and marks that by an annotation", async () => {
    const name = await output("secret");
    expect(name).toMatch(/^files-[0-9a-f]{8}$/);
    const { metadata } = JSON.parse(await trial.object("secret", name));
    expect(metadata.annotations).toEqual({ "pulumi.com/autonamed": "true" });
    expect(metadata.labels).toBeUndefined();
  });

  test("keeps a Secret's content encrypted in the state", async () => {
    const state = await trial.project.state();
    expect(state).not.toContain("first value");
    expect(state).not.toContain(Buffer.from("first value").toString("base64"));
    const [secret] = (await trial.project.resources()).filter(({ type }) => type.endsWith("v1:Secret"));
    const encrypted = { ciphertext: expect.any(String) };
    expect(secret?.inputs["data"]).toMatchObject(encrypted);
    expect(secret?.outputs).toMatchObject({ data: encrypted, __inputs: { data: encrypted } });
  });

  test("finds nothing to do in a second update and a refresh", async () => {
    await trial.project.up("--expect-no-changes");
    await trial.project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    expect(await trial.project.planned()).toEqual({});
  });

  test("makes the successor of an auto-named Secret before its removal, and that of a named one after it", async () => {
    const before = await output("secret");
    await trial.write(everything("second value"));
    expect(await trial.project.planned()).toEqual({
      files: ["replace"],
      fixed: ["replace"],
      set: ["update"],
    });
    const uid = await output("uid");
    const { text } = await trial.project.run("up", "--yes", "--skip-preview");
    expect(text).not.toContain("second value");
    const place = (line: string) => {
      expect(text).toContain(line);
      return text.indexOf(line);
    };
    expect(place("Secret files created replacement")).toBeLessThan(place("Secret files deleting original"));
    expect(place("Secret fixed deleted original")).toBeLessThan(place("Secret fixed creating replacement"));
    expect(place("StatefulSet set updated")).toBeLessThan(place("Secret files deleting original"));
    expect(await output("secret")).not.toBe(before);
    expect(await trial.names("secret")).toEqual(expect.arrayContaining([await output("secret"), "fixed"]));
    expect(await trial.names("secret")).not.toContain(before);
    expect(await output("uid")).toBe(uid);
    const set = JSON.parse(await trial.object("statefulset", "set"));
    expect(set.spec.template.spec.volumes[0].secret.secretName).toBe(await output("secret"));
  });

  test("hides a Secret's content in a detailed preview", async () => {
    await trial.write(everything("third value"));
    const text = await trial.project.succeed("preview", "--diff");
    expect(text).toContain("[secret]");
    expect(text).not.toContain("third value");
    expect(text).not.toContain(Buffer.from("third value").toString("base64"));
  });

  test("changes a pod template in place, and removes what is no longer stated", async () => {
    await trial.write(everything("second value", "nowhere/image:2"));
    expect(await trial.project.planned()).toEqual({ set: ["update"] });
    const uid = await output("uid");
    await trial.project.up();
    expect(await output("uid")).toBe(uid);
    const { spec } = JSON.parse(await trial.object("statefulset", "set"));
    expect(spec.template.spec.containers[0].image).toBe("nowhere/image:2");
    await trial.write(everything("second value", "nowhere/image:2").replace(', restartPolicy: "Always"', ""));
    await trial.project.up();
    const after = JSON.parse(await trial.object("statefulset", "set"));
    expect(after.spec.template.spec.initContainers[0].restartPolicy).toBeUndefined();
    await trial.project.up("--expect-no-changes");
  });

  test("replaces a StatefulSet whose claim templates change, unless ignoreChanges names them", async () => {
    const bigger = everything("second value", "nowhere/image:2", "2Gi");
    await trial.write(bigger);
    expect(await trial.project.planned()).toEqual({ set: ["replace"] });
    await trial.write(
      bigger.replace(
        "const o = { provider };",
        'const o = { provider, ignoreChanges: ["spec.volumeClaimTemplates"] };',
      ),
    );
    expect(await trial.project.planned()).toEqual({ set: ["update"] });
    await trial.project.up();
    const { spec } = JSON.parse(await trial.object("statefulset", "set"));
    expect(spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe("1Gi");
  });

  test("shows drift in the fields that the program states, and corrects it", async () => {
    const [lease = ""] = await trial.names("lease");
    const change = JSON.stringify({ spec: { leaseDurationSeconds: 77 } });
    await trial.kubectl("patch", "lease", lease, "--type=merge", `--patch=${change}`);
    await trial.kubectl("label", "service", "service", "somebody=else");
    const refreshed = await trial.project.succeed("refresh", "--yes", "--skip-preview", "--diff");
    expect(refreshed).toContain("77");
    expect(refreshed).not.toContain("somebody");
    expect(await trial.project.planned()).toEqual({ lease: ["update"] });
    await trial.project.up();
    expect(await trial.project.planned()).toEqual({});
  });

  test("makes objects again that others have removed", async () => {
    await trial.kubectl("delete", "secret", "fixed");
    await trial.project.succeed("refresh", "--yes", "--skip-preview");
    expect(await trial.project.planned()).toEqual({ fixed: ["create"] });
    await trial.project.up();
  });

  test("takes over an existing object by import", async () => {
    await trial.kubectl("create", "configmap", "theirs", "--from-literal=key=value");
    const id = `${trial.namespace}/theirs`;
    const known = everything("second value", "nowhere/image:2").replace(', restartPolicy: "Always"', "");
    await trial.write(`${known}
      new k8s.core.v1.ConfigMap("theirs", { metadata: { name: "theirs" }, data: { key: "value" } }, { ...o, import: "${id}" });`);
    expect(await trial.project.planned()).toMatchObject({ theirs: ["import"] });
    await trial.project.up();
    expect(await trial.project.planned()).toEqual({});
  });

  test("removes all that it made", async () => {
    await trial.project.succeed("destroy", "--yes", "--skip-preview");
    for (const kind of ["statefulset", "secret", "service", "networkpolicy", "role"]) {
      expect(await trial.names(kind)).toEqual([]);
    }
  });
});
