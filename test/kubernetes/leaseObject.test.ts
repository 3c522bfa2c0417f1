import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { leaseAccount } from "../../dev/scenes/leaseAccount";
import { TestNamespace } from "../../dev/standIns/cluster/namespace";
import { type TestedCluster, testedCluster } from "../../dev/standIns/cluster/tested";
import { ApiServer } from "../../runtime/lease/apiServer";
import { GRANTED, LASTS, RENEWED, Rival, refusedBy } from "../runtime/lease/leaseObjectUnderTest";
import { LeaseStore } from "../runtime/standIns/leaseStore";

const NAMESPACE = "lease-object-test";
const LEASE = "dokomodo-key";
const ACCOUNTS = { agent: ["get", "create", "update"], reader: ["get"], stranger: [] } as const;

const directory = mkdtempSync(join(tmpdir(), "dokomodo-lease-object-"));
let tested: TestedCluster;
let namespace: TestNamespace;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  tested = await testedCluster();
  namespace = await TestNamespace.create(NAMESPACE, tested);
  const accounts = Object.entries(ACCOUNTS);
  for (const [name, verbs] of accounts)
    await namespace.apply(...leaseAccount({ namespace: NAMESPACE, lease: LEASE, name, verbs }));
  const url = new URL(await ofCluster("server"));
  env = { KUBERNETES_SERVICE_HOST: url.hostname, KUBERNETES_SERVICE_PORT: url.port || "443" };
  const authority = Buffer.from(await ofCluster("certificate-authority-data"), "base64");
  for (const [account] of accounts) {
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
  beforeEach(deleteLease);

  test("is made and renewed, is refused to a rival until the rival has seen it unchanged for 30 s, and is given back", async () => {
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

  test("has one holder when rivals ask at once", async () => {
    for (let i = 0; i < 20; i += 1) {
      // In every second turn the Lease is absent. In the others it was given back.
      if (i % 2 === 0) await deleteLease();
      const rivals = ["east", "west", "north"].map((name) => rival(name));
      const answers = await Promise.all(rivals.map((one) => one.ask()));
      const kinds = answers.map(({ kind }) => kind).sort();
      expect(kinds).toEqual(["granted", "refused", "refused"]);
      const winner = rivals[answers.findIndex(({ kind }) => kind === "granted")];
      expect(await lease()).toMatchObject({ spec: { holderIdentity: winner?.name } });
      await winner?.release();
    }
  });

  test("reports the right that a service account lacks, and a token that is not accepted", async () => {
    const why = async (account: string) => {
      const answer = await rival("east", account).ask();
      return answer.kind === "faulty" ? answer.why : answer;
    };
    expect(await why("stranger")).toMatch(
      /^403: the pod's service account may not get it \(.*lease-object-test:stranger" cannot get resource "leases"/,
    );
    expect(await why("reader")).toMatch(/^403: the pod's service account may not create it \(/);
    const agent = rival("agent");
    await agent.ask();
    await agent.release();
    expect(await why("reader")).toMatch(/^403: the pod's service account may not update it \(/);
    writeFileSync(join(directory, "stranger", "token"), "canary");
    expect(await why("stranger")).toBe(
      "401: the API server does not take the token of the pod's service account (Unauthorized)",
    );
  });

  test("follows the rules that the offline tests' stand-in has", async () => {
    const real = new ApiServer(join(directory, "agent"), env);
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
        await real.call({ method, path, signal, body: bodies[0] }),
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

    await deleteLease();
    store.delete(`${NAMESPACE}/${LEASE}`);
    expect((await both("PUT", one, changed.objects)).status).toEqual([409, 409]);
    expect((await both("GET", one)).status).toEqual([404, 404]);
  });
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
  const objectName = { namespace: NAMESPACE, name: LEASE };
  return new Rival({ name, directory: join(directory, account), env, answerWithin: 10, objectName });
}

async function deleteLease(): Promise<void> {
  await namespace.kubectl("delete", "lease", LEASE, "--ignore-not-found");
}

async function lease(): Promise<unknown> {
  return JSON.parse(await namespace.kubectl("get", "lease", LEASE, "--output", "json"));
}

/** Reads a field of the cluster that the kubeconfig's current context names. */
function ofCluster(field: string): Promise<string> {
  const output = `jsonpath={.clusters[0].cluster.${field}}`;
  return tested.kubectl.run("config", "view", "--minify", "--flatten", "--raw", "--output", output);
}
