import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiServer } from "../../runtime/agent/apiServer";
import { GRANTED, LASTS, RENEWED, Rival, refusedBy } from "../runtime/leaseObjectUnderTest";
import { LeaseStore } from "../runtime/standIns/leaseStore";
import { TestNamespace } from "../testbed/cluster/namespace";
import { podOf } from "../testbed/cluster/pods";
import { type TestedCluster, testedCluster } from "../testbed/cluster/tested";
import type { Asked } from "../testbed/leaseAsker";

const NAMESPACE = "lease-object-test";
const LEASE = "dokomodo-key";
const ACCOUNTS = ["agent", "reader", "stranger"] as const;
const TAKEN_OVER = { timeout: 60_000, interval: 500 };

const directory = mkdtempSync(join(tmpdir(), "dokomodo-lease-object-"));
let tested: TestedCluster;
let namespace: TestNamespace;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  tested = await testedCluster();
  namespace = await TestNamespace.create(NAMESPACE, tested);
  await namespace.apply(...ACCOUNTS.flatMap(accountObjects));
  const url = new URL(await ofCluster("server"));
  env = { KUBERNETES_SERVICE_HOST: url.hostname, KUBERNETES_SERVICE_PORT: url.port || "443" };
  const authority = Buffer.from(await ofCluster("certificate-authority-data"), "base64");
  for (const account of ACCOUNTS) {
    mkdirSync(join(directory, account));
    writeFileSync(join(directory, account, "ca.crt"), authority);
    writeFileSync(join(directory, account, "token"), await namespace.kubectl("create", "token", account));
  }
});
afterAll(async () => {
  await namespace?.remove();
  rmSync(directory, { recursive: true, force: true });
});

describe("a Lease of a real API server", () => {
  it("is made, renewed, refused to another until that has seen it unchanged for 30 s, and given back", async () => {
    const [east, west] = [rival("east"), rival("west")];
    expect(await east.ask()).toEqual(GRANTED);
    expect(await west.ask()).toEqual(refusedBy("east", 0));
    expect(await east.ask()).toEqual(RENEWED);
    west.clock.now += 20;
    expect(await west.ask()).toEqual(refusedBy("east", 0));
    west.clock.now += LASTS + 0.1;
    expect(await west.ask()).toEqual(GRANTED);
    expect(await lease()).toMatchObject({
      metadata: { annotations: { "dokomodo/holder": "notary west" } },
      spec: { holderIdentity: "west", leaseDurationSeconds: LASTS, leaseTransitions: 1 },
    });
    expect(await east.ask()).toEqual(refusedBy("west", 0));
    await east.release();
    expect(await east.ask()).toEqual(refusedBy("west", 0));
    await west.release();
    expect(await east.ask()).toEqual(GRANTED);
    await east.release();
  });

  it("has one holder when rivals ask at once", async () => {
    const rivals = ["east", "west", "north"].map((name) => rival(name));
    for (let i = 0; i < 20; i += 1) {
      if (i % 2 === 0) await namespace.kubectl("delete", "lease", LEASE);
      const fresh = i % 2 === 0 ? ["east", "west", "north"].map((name) => rival(name)) : rivals;
      const answers = await Promise.all(fresh.map((one) => one.ask()));
      const kinds = answers.map(({ kind }) => kind).sort();
      expect(kinds).toEqual(["granted", "refused", "refused"]);
      const winner = fresh[answers.findIndex(({ kind }) => kind === "granted")];
      expect(await lease()).toMatchObject({ spec: { holderIdentity: winner?.name } });
      await winner?.release();
    }
  });

  it("names the right that a service account does not have, and a token that is not taken", async () => {
    const why = async (account: string) => {
      const answer = await rival("east", account).ask();
      return answer.kind === "faulty" ? answer.why : answer;
    };
    expect(await why("stranger")).toMatch(
      /^403: the pod's service account may not get it \(.*lease-object-test:stranger" cannot get resource "leases"/,
    );
    expect(await why("reader")).toMatch(/^403: the pod's service account may not update it \(/);
    await namespace.kubectl("delete", "lease", LEASE);
    expect(await why("reader")).toMatch(/^403: the pod's service account may not create it \(/);
    writeFileSync(join(directory, "stranger", "token"), "canary");
    expect(await why("stranger")).toBe(
      "401: the API server does not take the token of the pod's service account (Unauthorized)",
    );
  });

  it("follows the rules that the offline tests' stand-in has", async () => {
    const real = new ApiServer(env, join(directory, "agent"));
    const store = new LeaseStore();
    store.namespaces.add(NAMESPACE);
    const base = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
    const both = async (
      method: "GET" | "POST" | "PUT",
      path: string,
      bodies: readonly [object?, object?] = [],
    ) => {
      const signal = AbortSignal.timeout(10_000);
      const answers = [
        await real.call(method, path, signal, bodies[0]),
        store.answer(method, path, bodies[1]),
      ];
      const [a, b] = answers.map(({ body }) => Object(body));
      return { status: answers.map(({ status }) => status), objects: [a, b] as [Stored, Stored] };
    };
    const one = `${base}/${LEASE}`;
    const fresh = leaseOf({ holderIdentity: "east" });
    expect((await both("GET", one)).status).toEqual([404, 404]);
    const made = await both("POST", base, [fresh, fresh]);
    expect(made.status).toEqual([201, 201]);
    expect((await both("POST", base, [fresh, fresh])).status).toEqual([409, 409]);
    expect((await both("PUT", one, [fresh, fresh])).status).toEqual([422, 422]);

    const same = await both("PUT", one, made.objects);
    expect(same.status).toEqual([200, 200]);
    expect(same.objects.map(versionOf)).toEqual(made.objects.map(versionOf));
    const changed = await both("PUT", one, map(made.objects, { holderIdentity: "" }));
    expect(changed.status).toEqual([200, 200]);
    for (const [i, object] of changed.objects.entries())
      expect(versionOf(object)).not.toBe(made.objects.map(versionOf)[i]);
    const late = map(made.objects, { holderIdentity: "west" });
    expect((await both("PUT", one, late)).status).toEqual([409, 409]);
    for (const [wrong, status] of [
      [{ renewTime: "2030-01-02T03:04:05.678Z" }, 400],
      [{ leaseDurationSeconds: 0.5 }, 400],
      [{ leaseDurationSeconds: 0 }, 422],
    ] as const)
      expect((await both("PUT", one, map(changed.objects, wrong))).status).toEqual([status, status]);

    await namespace.kubectl("delete", "lease", LEASE);
    store.delete(`${NAMESPACE}/${LEASE}`);
    expect((await both("PUT", one, changed.objects)).status).toEqual([409, 409]);
    expect((await both("GET", one)).status).toEqual([404, 404]);
  });
});

describe("pods that ask for one Lease", () => {
  let program = "";
  beforeAll(async () => {
    program = await askerBundle();
    await namespace.kubectl("delete", "lease", LEASE, "--ignore-not-found");
    await startAsker("east");
  });

  it("are one instance over restarts of a container, and another each", async () => {
    await expect.poll(() => asked("east"), TAKEN_OVER).toMatchObject({ verdict: "won" });
    const { instance } = await asked("east");
    await namespace.exec("east", "sh", "-c", "kill 1");
    await expect.poll(() => restarts("east"), TAKEN_OVER).toBe("1");
    await expect
      .poll(() => asked("east"), TAKEN_OVER)
      .toEqual({ instance, verdict: "won", answer: { kind: "granted", renewed: true } });
    await startAsker("west");
    await expect
      .poll(() => asked("west"), TAKEN_OVER)
      .toMatchObject({
        verdict: "refused",
        answer: { kind: "refused", holder: "notary east" },
      });
    expect((await asked("west")).instance).not.toBe(instance);
  });

  it("take turns: another takes over when the holder's pod is gone, also from one that comes back", async () => {
    const before = await asked("east");
    await namespace.kubectl("delete", "pod", "east");
    const gone = Date.now();
    await expect.poll(() => asked("west"), TAKEN_OVER).toMatchObject({ verdict: "won" });
    const seconds = (Date.now() - gone) / 1000;
    expect(seconds).toBeLessThan(35);
    console.log(`taken over ${seconds.toFixed(1)} s after the pod was gone`);
    await startAsker("east");
    await expect
      .poll(() => asked("east"), TAKEN_OVER)
      .toMatchObject({
        verdict: "refused",
        answer: { holder: "notary west" },
      });
    expect((await asked("east")).instance).not.toBe(before.instance);
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

  /** What a pod was answered last. */
  async function asked(pod: string): Promise<Asked> {
    return JSON.parse(await namespace.kubectl("logs", pod, "--tail=1"));
  }

  async function restarts(pod: string): Promise<string> {
    const count = "jsonpath={.status.containerStatuses[0].restartCount}";
    return namespace.kubectl("get", "pod", pod, "--output", count);
  }
});

type Stored = Readonly<Record<"metadata" | "spec", Readonly<Record<string, unknown>>>>;

function versionOf({ metadata }: Stored): unknown {
  return metadata["resourceVersion"];
}

function map(objects: readonly [Stored, Stored], change: object): [object, object] {
  const [a, b] = objects.map((object) => ({ ...object, spec: { ...object.spec, ...change } }));
  return [a ?? {}, b ?? {}];
}

function leaseOf(spec: object): object {
  const metadata = { name: LEASE, namespace: NAMESPACE };
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
}

function rival(name: string, account = "agent"): Rival {
  return new Rival(name, join(directory, account), env, 10, `${NAMESPACE}/${LEASE}`);
}

async function lease(): Promise<unknown> {
  return JSON.parse(await namespace.kubectl("get", "lease", LEASE, "--output", "json"));
}

/** Of the cluster that the kubeconfig's current context names. */
function ofCluster(field: string): Promise<string> {
  const output = `jsonpath={.clusters[0].cluster.${field}}`;
  return tested.kubectl.run("config", "view", "--minify", "--flatten", "--raw", "--output", output);
}

function accountObjects(name: (typeof ACCOUNTS)[number]): object[] {
  const metadata = { name, namespace: NAMESPACE };
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata };
  if (name === "stranger") return [account];
  const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
  const rules = [
    { ...leases, verbs: name === "agent" ? ["get", "update"] : ["get"], resourceNames: [LEASE] },
    ...(name === "agent" ? [{ ...leases, verbs: ["create"] }] : []),
  ];
  const apiGroup = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", name, namespace: NAMESPACE }];
  return [
    account,
    { apiVersion: `${apiGroup}/v1`, kind: "Role", metadata, rules },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup, kind: "Role", name },
      subjects,
    },
  ];
}

async function askerBundle(): Promise<string> {
  const entry = join(__dirname, "../testbed/leaseAsker.ts");
  const options = { bundle: true, platform: "node", format: "cjs", minify: true, write: false } as const;
  const { outputFiles } = await build({ entryPoints: [entry], ...options });
  return outputFiles[0]?.text ?? "";
}
