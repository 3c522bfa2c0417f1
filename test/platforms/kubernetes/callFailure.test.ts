import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiException } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NOTHING_PLANNED } from "../../../platforms/hostMemory";
import { explainCall } from "../../../platforms/kubernetes/callFailure";
import { KubernetesRun } from "../../../platforms/kubernetes/KubernetesRun";
import { readCluster } from "../../../platforms/kubernetes/kubeconfig";
import { KubernetesRollOut } from "../../../platforms/kubernetes/rollOut";
import { CLUSTER_KEY, kubernetesSettings } from "../../../platforms/kubernetes/settings";
import { RollOut, type Turn } from "../../../platforms/RollOut";

const CANARY = "canary-of-a-token";

const nodeError = (code: string, said: string) =>
  Object.assign(new Error(`request to https://192.0.2.1:6443/version/ failed, reason: ${said}`), { code });
const refusal = (code: number, body: unknown) =>
  new ApiException(code, "Unknown API Status Code!", body, { "x-kept-out": "header" });
const status = (message: string) => JSON.stringify({ kind: "Status", message });

test.each<[string, Error, string]>([
  [
    "a port that nobody serves",
    nodeError("ECONNREFUSED", "connect ECONNREFUSED"),
    "Is its API server up, and",
  ],
  ["a name that is not known", nodeError("ENOTFOUND", "getaddrinfo ENOTFOUND x"), "its name is not known"],
  ["a network without a way", nodeError("EHOSTUNREACH", "connect EHOSTUNREACH"), "there is no way to it"],
  ["silence", new Error("no answer in 15 s"), "it is silent (no answer in 15 s). Is the cluster up"],
  [
    "a certificate for another name",
    nodeError("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames"),
    "State in `server` of the kubeconfig an address that the certificate has.",
  ],
  [
    "a certificate that has ended",
    nodeError("CERT_HAS_EXPIRED", "certificate has expired"),
    "check the clocks",
  ],
  [
    "a certificate of another authority",
    nodeError("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"),
    "its certificate is not from the authority of the kubeconfig",
  ],
  [
    "a client certificate that is not taken",
    nodeError("EPROTO", "write EPROTO 80:error:0A000418:SSL routines:read:tlsv1 alert unknown ca:../x.c:1\n"),
    "it refuses the kubeconfig's client certificate (request to https://192.0.2.1:6443/version/ failed, reason: write EPROTO tlsv1 alert unknown ca)",
  ],
  [
    "a key that is none",
    Object.assign(new Error("error:1E08010C:DECODER routines::unsupported"), {
      code: "ERR_OSSL_UNSUPPORTED",
    }),
    "the kubeconfig's client certificate or key cannot be used (unsupported)",
  ],
  ["a port without TLS", nodeError("EPROTO", "write EPROTO wrong version number"), "does not speak TLS"],
  ["a connection that breaks off", nodeError("ECONNRESET", "socket hang up"), "the connection broke off"],
  [
    "a file that is not there",
    new Error("ENOENT: no such file or directory, open '/nowhere/ca.pem'"),
    "a file that the kubeconfig names cannot be read",
  ],
  [
    "a plugin that is not there",
    new Error("spawn aws ENOENT"),
    "Install it, or correct the command of `exec`",
  ],
  [
    "a plugin that fails",
    new Error("the login has ended\n"),
    "the login has ended. Does kubectl get an answer",
  ],
  [
    "an address without https://",
    new Error("You need to define an absolute base url"),
    "`server` in the kube",
  ],
  [
    "a login that has ended",
    refusal(401, status("Unauthorized")),
    "does not take the kubeconfig's credentials",
  ],
  [
    "a right that is missing",
    refusal(403, status('pods is forbidden: User "x" cannot list resource "pods"')),
    'its user may not do this: pods is forbidden: User "x" cannot list resource "pods" (403). Grant a role',
  ],
  [
    "a quota",
    refusal(403, { message: 'pods "a" is forbidden: exceeded quota: small' }),
    'it refuses this: pods "a" is forbidden: exceeded quota: small (403). Change what it names',
  ],
  [
    "an overloaded server",
    refusal(429, "<html>busy</html>"),
    "it cannot do this now: HTTP 429. Try again when",
  ],
])("a call that fails is told with its cause and what to do: %s", (_, error, told) => {
  const text = explainCall(error);
  expect(text).toContain(told);
  expect(text).toMatch(/^[^\n]+[.?]$/);
  expect(text).not.toContain("header");
  // The advice is a sentence of its own.
  expect(text).toMatch(/\. ([A-Z`]\S* )(\S+ ){2}/);
});

test.each([
  [new TypeError(`Bearer ${CANARY}\n is not a legal HTTP header value`)],
  [new SyntaxError(`Unexpected token 'c', "${CANARY}" is not valid JSON`)],
  [new Error(`https://me:${CANARY}@192.0.2.1 refuses Bearer ${CANARY}`)],
  [refusal(422, status(`Basic ${CANARY} is invalid`))],
])("credentials stay out of what is told about a failure: %#", (error) => {
  expect(explainCall(error)).not.toContain("canary");
});

describe("of a cluster that is away", () => {
  let folder: string;
  let kubeconfig: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dokomodo-cluster-failure-"));
    kubeconfig = join(folder, "kubeconfig");
    const content = {
      clusters: [{ name: "near", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "me", user: { token: CANARY } }],
      contexts: [{ name: "near", context: { cluster: "near", user: "me" } }],
      "current-context": "near",
    };
    writeFileSync(kubeconfig, JSON.stringify(content));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("a run tells the name, what cannot be done, that nothing was changed, and what to do", async () => {
    const settings = kubernetesSettings.parse({ [CLUSTER_KEY]: { kubeconfig } })[CLUSTER_KEY];
    const run = new KubernetesRun([], settings, {
      stackName: "east",
      development: false,
      proxyImage: "haproxy:1",
      nodeImage: "node:1",
      registries: [],
      rollOutSeconds: 1,
      images: () => new Map(),
      needs: () => ({ downloads: [], volumes: [] }),
      memory: () => NOTHING_PLANNED,
      downloadPlaces: {},
    });
    expect(await run.obstacles()).toEqual([
      expect.stringMatching(/does not answer: .* Nothing was changed\.$/),
    ]);
    // The kubeconfig was read, and is not read again.
    rmSync(kubeconfig);
    await expect(run.volumes()).rejects.toThrow(
      /^cluster near at https:\/\/127\.0\.0\.1:1: its volumes cannot be listed: nothing listens there \(.*ECONNREFUSED.*\)\. Is its API server up, .*\? Nothing was changed\. Try again/,
    );
    await expect(run.prepare()).rejects.toThrow(
      /: (what runs there cannot be listed|images cannot be tried): .* Nothing was changed\./,
    );
  });

  test("a roll-out tells the name, and does not guess whether a pod takes calls", async () => {
    const turns: Turn[] = [];
    const rollOut = new (class extends RollOut {
      override add(turn: Turn): void {
        turns.push(turn);
      }
    })({ atOnce: 1 });
    const cluster = await readCluster({ kubeconfig });
    const running = { cluster, namespace: "here", generations: new Map([["east-kmd", 1]]) };
    new KubernetesRollOut(rollOut, running, 1).run("east-kmd", () => {
      throw new Error("it is not this test's turn to register");
    });
    await expect(turns[0]?.untilAnswers()).rejects.toThrow(
      /^dokomodo cannot see whether it takes calls\. cluster near at \S+: nothing listens there .*[^.]$/,
    );
  });
});
