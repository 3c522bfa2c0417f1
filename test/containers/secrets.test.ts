import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { readProcesses, readTree } from "../../dev/scenes/canary";
import { docker, dockerLogs, startTimes } from "../../dev/scenes/docker";
import { readContainerFile, untilWhole } from "../../dev/scenes/notary";
import { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import type { KeyedSecrets } from "../../runtime/agent/plan";
import { basicCredentials } from "../../runtime/agent/redact";

const NOTARY = "centre";
const PASSPHRASE = "canary phrase of the centre";

describe("the secrets of a notary", () => {
  let stack: TestStack;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NOTARY, PASSPHRASE, "127.0.0.5");
    await stack.up();
    await untilWhole(NOTARY, 120);
  });
  afterAll(() => stack.remove());

  test("are in no state, plan, log, label, argument or environment", async () => {
    const secrets = [PASSPHRASE, ...(await findSecrets())];
    expect(secrets.length).toBeGreaterThan(20);
    await stack.run("preview", "--diff", "--json", "--stack", "test");
    await stack.run("stack", "export", "--stack", "test");
    const places: Record<string, string> = {
      "what the CLI printed": stack.transcript.join("\n"),
      "the state": readTree(join(stack.folder, ".pulumi")),
      "the stack's config": readTree(join(stack.command.directory), [".yaml"]),
      "arguments of processes": readProcesses("cmdline"),
      "environments of processes": readProcesses("environ"),
    };
    for (const name of Object.keys(await startTimes(NOTARY))) {
      places[`docker inspect ${name}`] = await docker("inspect", name);
      places[`docker logs ${name}`] = await dockerLogs(name);
    }
    const hits = Object.entries(places).flatMap(([place, text]) =>
      secrets.flatMap((secret, index) => (text.includes(secret) ? [`secret ${index} in ${place}`] : [])),
    );
    expect(hits).toEqual([]);
    // The search works, because it finds what is public.
    const publicKey = String(await stack.publicKey());
    for (const place of [
      "what the CLI printed",
      "the state",
      "arguments of processes",
      "docker inspect centre-beer",
    ]) {
      expect(places[place]).toContain(publicKey);
    }
    expect(places["docker logs centre-iguana-agent"]).toContain("dpow accepted");
    expect(places["environments of processes"]).toContain("HOME=/home/komodo");
  });

  /**
   * Reads every secret that the program or a plugin made from the place where it belongs. Old passwords are left out. An
   * RPC user is no secret, but what stands in a header together with its password is one.
   */
  async function findSecrets(): Promise<string[]> {
    const agent = JSON.parse(
      await readContainerFile("centre-iguana-agent", "/run/dokomodo/agent/secrets.json"),
    );
    const coins = Object.values<KeyedSecrets>(agent.coins).flatMap(({ rpcUser, rpcPassword, wif }) => [
      rpcPassword,
      basicCredentials(rpcUser, rpcPassword),
      wif,
    ]);
    const keys = await Promise.all(
      Object.keys(await startTimes(NOTARY))
        .filter((name) => name.endsWith("-proxy"))
        .map((name) => readContainerFile(name, "/run/dokomodo/proxy/identity.pem")),
    );
    const lines = keys.flatMap((pem) => pem.slice(pem.indexOf("PRIVATE KEY")).split("\n").slice(1, -2));
    return [
      ...coins,
      Buffer.from(PASSPHRASE).toString("base64"),
      ...lines.filter((line) => line.length > 30),
    ];
  }
});
