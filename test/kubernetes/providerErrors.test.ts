import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { KubernetesProject } from "./KubernetesProject";

const configMap = (args: string, options = "provider") =>
  `new k8s.core.v1.ConfigMap("files", ${args}, { ${options} });`;

const kubeconfigFile = z.looseObject({
  clusters: z.array(z.looseObject({ cluster: z.looseObject({ server: z.string() }) })),
  users: z.array(z.looseObject({ user: z.record(z.string(), z.string()) })),
});
type Kubeconfig = z.infer<typeof kubeconfigFile>;

describe("an error of the offline kubernetes provider", () => {
  let trial: KubernetesProject;
  /** The whole output of an update that must fail. */
  const failedUp = async (body: string, args = ""): Promise<string> => {
    await trial.write(body, args);
    const { exitCode, text } = await trial.project.run("up", "--yes", "--skip-preview");
    expect(exitCode, text).not.toBe(0);
    return text;
  };
  /** The text of the cluster's kubeconfig after a change. */
  const kubeconfig = async (change: (config: Kubeconfig) => void) => {
    const config = kubeconfigFile.parse(parse(await readFile(trial.cluster.kubeconfig, "utf8")));
    change(config);
    return stringify(config);
  };
  beforeAll(async () => {
    trial = await KubernetesProject.create("");
  });
  afterAll(() => trial?.remove());

  test("names an object that exists already, with what to do", async () => {
    await trial.kubectl("create", "configmap", "theirs");
    const theirs = configMap('{ metadata: { name: "theirs" }, data: { key: "value" } }');
    await trial.write(theirs);
    expect(await trial.project.planned()).toMatchObject({ files: ["create"] });
    const text = await failedUp(theirs);
    expect(text).toContain(`ConfigMap ${trial.namespace}/theirs: configmaps "theirs" already exists`);
    expect(text).toContain("pulumi import");
  });

  test("does not occur for an existing object when the provider has upsertExistingObjects", async () => {
    const theirs = configMap('{ metadata: { name: "theirs" }, data: { key: "value" } }');
    await trial.write(theirs, "upsertExistingObjects: true");
    await trial.project.up();
    expect(JSON.parse(await trial.object("configmap", "theirs")).data).toEqual({ key: "value" });
    await trial.write("");
    await trial.project.up();
  });

  test("names the owner of a field that is in conflict", async () => {
    const patch = (value: string) => `
      new k8s.core.v1.ConfigMapPatch("patch", { metadata: { name: "contested" }, data: { key: "${value}" } }, { provider });`;
    await trial.cluster.kubectl.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "contested", namespace: trial.namespace },
      data: { key: "theirs" },
    });
    const text = await failedUp(patch("mine"));
    expect(text).toContain(`ConfigMap ${trial.namespace}/contested`);
    expect(text).toMatch(/conflict with "kubectl".*\.data\.key/);
    expect(text).toContain("pulumi.com/patchForce");
  });

  test("has the API server's message on an invalid object, already in the preview", async () => {
    await trial.write(
      'new k8s.core.v1.Service("service", { spec: { ports: [{ port: 0 }] } }, { provider });',
    );
    const { exitCode, text } = await trial.project.run("preview");
    expect(exitCode).not.toBe(0);
    expect(text).toMatch(
      /Service provider-\w+\/service-\w+: Service "service-\w+" is invalid: .*spec\.ports\[0\]\.port/,
    );
  });

  test("does not quote a Secret's content", async () => {
    const text = await failedUp(
      'new k8s.core.v1.Secret("s", { data: { "a b": "aGlkZGVuLWNvbnRlbnQ=" } }, { provider });',
    );
    expect(text).toContain("is invalid");
    expect(text).not.toContain("aGlkZGVu");
    expect(text).not.toContain("hidden-content");
  });

  test("says that a quota is exceeded", async () => {
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "few", namespace: trial.namespace },
      spec: { hard: { "count/leases.coordination.k8s.io": "0" } },
    };
    await trial.cluster.kubectl.apply(quota);
    await trial.kubectl("wait", "resourcequota/few", "--for=jsonpath={.status.hard}", "--timeout=60s");
    const text = await failedUp('new k8s.coordination.v1.Lease("lease", { spec: {} }, { provider });');
    expect(text).toMatch(/Lease provider-\w+\/lease-\w+: .*exceeded quota: few/);
    await trial.kubectl("delete", "resourcequota", "few");
  });

  test("has the message of a policy of the cluster", async () => {
    const name = `no-${trial.namespace}`;
    const metadata = { name };
    const api = "admissionregistration.k8s.io/v1";
    const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] };
    const only = { matchLabels: { "kubernetes.io/metadata.name": trial.namespace } };
    await trial.cluster.kubectl.apply(
      {
        apiVersion: api,
        kind: "ValidatingAdmissionPolicy",
        metadata,
        spec: {
          matchConstraints: { resourceRules: [rule] },
          validations: [{ expression: "!has(object.data)", message: "no data here, please" }],
        },
      },
      {
        apiVersion: api,
        kind: "ValidatingAdmissionPolicyBinding",
        metadata,
        spec: { policyName: name, validationActions: ["Deny"], matchResources: { namespaceSelector: only } },
      },
    );
    try {
      const refused = async () =>
        trial.kubectl("create", "configmap", "probe", "--from-literal=a=b", "--dry-run=server").then(
          () => false,
          () => true,
        );
      await expect.poll(refused, { timeout: 30_000 }).toBe(true);
      const text = await failedUp(configMap('{ data: { key: "value" } }'));
      expect(text).toMatch(/ConfigMap provider-\w+\/files-\w+: .*no data here, please/);
    } finally {
      const kinds = "validatingadmissionpolicybinding,validatingadmissionpolicy";
      await trial.cluster.kubectl.run("delete", kinds, name);
    }
  });

  test("names the right that an account lacks, and the preview succeeds", async () => {
    await trial.kubectl("create", "serviceaccount", "nobody");
    const token = await trial.kubectl("create", "token", "nobody");
    const config = await kubeconfig(({ users }) => {
      for (const user of users) user.user = { token };
    });
    const body = configMap('{ data: { key: "value" } }', "provider: weak");
    const weak = `const weak = new k8s.Provider("weak", { kubeconfig: ${JSON.stringify(config)}, namespace: "${trial.namespace}" });`;
    await trial.write(weak + body);
    expect(await trial.project.planned()).toMatchObject({ files: ["create"] });
    const text = await failedUp(weak + body);
    expect(text).toMatch(/ConfigMap provider-\w+\/files-\w+: configmaps is forbidden: User .*:nobody/);
    expect(text).not.toContain(token);
  });

  describe("of a cluster that does not answer", () => {
    let silent: Server;
    beforeAll(async () => {
      silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    });
    afterAll(() => {
      silent?.close();
    });
    const at = (port: number) =>
      kubeconfig(({ clusters }) => {
        for (const { cluster } of clusters) cluster.server = `https://127.0.0.1:${port}`;
      });
    const lost = (config: string, context = "") =>
      `const lost = new k8s.Provider("lost", { kubeconfig: ${JSON.stringify(config)}, context: ${context || "undefined"} });` +
      configMap("{}", "provider: lost");

    test("says so at once when nothing listens, and the preview succeeds", async () => {
      const body = lost(await at(1));
      await trial.write(body);
      expect(await trial.project.planned()).toMatchObject({ files: ["create"] });
      const text = await failedUp(body);
      expect(text).toContain("configured Kubernetes cluster is unreachable: ");
      expect(text).toMatch(/https:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
    });

    test("says so within 30 s when a server listens and sends nothing", async () => {
      const address = silent.address();
      const body = lost(await at(typeof address === "object" && address !== null ? address.port : 0));
      const start = Date.now();
      const text = await failedUp(body);
      // The provider waits for 8 s. The rest is the start of Pulumi, beside other tests.
      expect(Date.now() - start).toBeLessThan(30_000);
      expect(text).toContain("configured Kubernetes cluster is unreachable: ");
      expect(text).toContain("no answer in 8 s");
    });

    test("says so when the kubeconfig does not have the context", async () => {
      const text = await failedUp(lost(await at(1), '"elsewhere"'));
      expect(text).toContain("configured Kubernetes cluster is unreachable: ");
      expect(text).toContain('context "elsewhere" does not exist');
    });
  });

  test("names an input that is not supported", async () => {
    const text = await failedUp("", "enableServerSideApply: false");
    expect(text).toContain("does not support enableServerSideApply: false");
  });
});
