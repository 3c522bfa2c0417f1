import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { readCluster } from "../../../platforms/kubernetes/kubeconfig";
import { probeCluster } from "../../../platforms/kubernetes/preflight";

const CANARY = "canary-of-a-token";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dokomodo-kubeconfig-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function kubeconfig(user: object, server = "https://127.0.0.1:1"): string {
  return stringify({
    clusters: [{ name: "near", cluster: { server } }],
    users: [{ name: "me", user }],
    contexts: [{ name: "near", context: { cluster: "near", user: "me" } }],
    "current-context": "near",
  });
}

/** The error of a kubeconfig that cannot be read, without the path of its folder. */
async function fault(settings: { kubeconfig?: string }): Promise<string> {
  const error: unknown = await readCluster(settings).then(
    () => new Error("it was read"),
    (reason: unknown) => reason,
  );
  return String(error).replaceAll(`${folder}/`, "");
}

describe("a kubeconfig that cannot be read is reported with a position and without its content", () => {
  const SECRETS = `    token: ${CANARY}-before\n`;
  test.each([
    [
      "a line without its colon",
      `users:\n- name: me\n  user:\n${SECRETS}    password ${CANARY}\n    key: ${CANARY}\n`,
      "broken:5:5: this is not YAML (multiline implicit key)",
    ],
    [
      "a quote that is not closed",
      `users:\n- name: me\n  user:\n${SECRETS}    password: "${CANARY}\n    key: ${CANARY}\n`,
      "broken:7:1: this is not YAML: a colon, comma, quote or bracket is missing here",
    ],
    [
      "a tab",
      `users:\n- name: me\n  user:\n${SECRETS}\tpassword: ${CANARY}\n    key: ${CANARY}\n`,
      "broken:5:1: this is not YAML: a tab indents this line; use spaces",
    ],
    ["nothing", "", "broken:1:1: the file is empty"],
    ["an anchor that is not there", `users: *${CANARY}\n`, "broken:1:1: an alias (*name) has no anchor"],
    [
      "a tag that nobody knows",
      `users: !${CANARY} x\n`,
      "broken:1:8: a tag (!name) has no meaning here; remove it",
    ],
    ["a user without a name", `users: [{ user: { token: ${CANARY} } }]\n`, "users[0].name is missing"],
    ["a list of texts", `users: [${CANARY}]\nclusters: [${CANARY}]\n`, "clusters[0].name is missing"],
    ["users that are null", `users: [null]\ntoken: ${CANARY}\n`, "it is YAML, but no kubeconfig"],
  ])("%s", async (_, text, told) => {
    const message = await fault({ kubeconfig: write("broken", text) });
    expect(message).toContain(`the kubeconfig broken cannot be read: ${told}`);
    expect(message).not.toMatch(/canary/);
    expect(message.split("\n")).toHaveLength(1);
  });

  test("one of several files", async () => {
    const good = write("good", kubeconfig({ token: CANARY }));
    vi.stubEnv("KUBECONFIG", `${good}:${write("broken", `users:\n- a: b\n c: ${CANARY}\n`)}`);
    const message = await fault({});
    expect(message).toMatch(/broken:3:\d+: this is not YAML/);
    expect(message).not.toMatch(/canary/);
  });

  test("a kubeconfig's text instead of its path", async () => {
    vi.stubEnv("KUBECONFIG", kubeconfig({ token: CANARY }));
    expect(await fault({})).toBe(
      "Error: KUBECONFIG holds more than one line; it has to be the path of a kubeconfig, not its text",
    );
  });
});

describe("a cluster that cannot be reached is reported without the credentials", () => {
  const told = async (user: object, server?: string) => {
    const cluster = await readCluster({ kubeconfig: write("good", kubeconfig(user, server)) });
    const args = { namespace: "here", createNamespace: true, makesClaims: false, given: [], hosts: {} };
    return (await probeCluster(cluster, args)).join();
  };

  test.each([
    [
      "a token that ends with a line break",
      { token: `${CANARY}\n` },
      "has a character that no header may have",
    ],
    ["a token in two lines", { token: `${CANARY}\n${CANARY}` }, "has a character that no header may have"],
    [
      "an exec plugin that prints a bare token",
      { exec: { command: "echo", args: [CANARY], apiVersion: "client.authentication.k8s.io/v1" } },
      "the kubeconfig's exec plugin, gave no JSON",
    ],
    ["a key that is none", { "client-key-data": Buffer.from(CANARY).toString("base64") }, "does not answer"],
  ])("%s", async (_, user, words) => {
    const message = await told(user);
    expect(message).toContain(words);
    expect(message).not.toMatch(/canary/);
    expect(message).not.toContain(Buffer.from(CANARY).toString("base64"));
  });

  test("a password in the server's address", async () => {
    const message = await told({}, `https://me:${CANARY}@127.0.0.1:1`);
    expect(message).toContain("cluster near at https://me:…@127.0.0.1:1 does not answer");
    expect(message).not.toMatch(/canary/);
  });
});
