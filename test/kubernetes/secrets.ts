import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readProcesses, readTree } from "../../dev/scenes/canary";
import type { ClusterNotary } from "../../dev/scenes/clusterNotary";
import type { ClusterStack } from "../../dev/scenes/clusterStack";
import { SYMBOLS } from "../../dev/scenes/notary";
import { statedCluster } from "../../dev/standIns/cluster/tested";

const KINDS =
  "pods,statefulsets,controllerrevisions,configmaps,services,events,leases,networkpolicies,endpointslices";

/** A notary in a cluster that is up. */
export interface SecretsScene {
  readonly cluster: ClusterStack;
  readonly notary: ClusterNotary;
}

/**
 * The tests of where a notary's secrets are. They look at a notary that other tests have brought up, because they change
 * nothing of it.
 */
export function describeSecrets(scene: () => SecretsScene, passphrase: string): void {
  describe.skipIf(statedCluster() !== undefined)("keeps its secrets", () => {
    test("only in the cluster's Secrets, and the passphrase in only one of them", async () => {
      const { cluster, notary } = scene();
      const { keys, passwords } = await findSecrets(notary);
      const entries = (await cluster.cluster.own?.etcdDump()) ?? [];
      const holding = (secrets: readonly string[]) => {
        const found = entries.filter(({ value }) => secrets.some((secret) => value.includes(secret)));
        return [...new Set(found.map(({ key }) => key.replace(/-[0-9a-f]{8}$/, "")))].sort();
      };
      const place = (workload: string) =>
        `/registry/secrets/${cluster.namespace}/${cluster.stack.notary}-${workload}`;
      // They are found where they belong, which proves that the search works, and nowhere else.
      expect(holding(keys)).toEqual([place("iguana")]);
      expect(holding(passwords)).toEqual(["beer", "iguana", "kmd", "ltc", "pizza"].map(place));
    });

    test("in no object, event, log, state, plan, argument or environment", async () => {
      const { cluster, notary } = scene();
      const { keys, passwords } = await findSecrets(notary);
      const secrets = [...keys, ...passwords].flatMap((secret) => [
        secret,
        Buffer.from(secret).toString("base64"),
      ]);
      await cluster.stack.run("preview", "--diff", "--json", "--stack", "test");
      await cluster.stack.run("stack", "export", "--stack", "test");
      const places: Record<string, string> = {
        "what the CLI printed": cluster.stack.transcript.join("\n"),
        "the state": readTree(join(cluster.stack.folder, ".pulumi")),
        "the stack's config": readTree(cluster.stack.command.directory, [".yaml"]),
        "arguments of processes": readProcesses("cmdline"),
        "environments of processes": readProcesses("environ"),
        objects: await cluster.kubectl("get", KINDS, "--output", "json"),
      };
      for (const workload of ["iguana", ...SYMBOLS]) {
        places[`logs of ${workload}`] = await cluster.kubectl(
          "logs",
          notary.pod(workload),
          "--all-containers",
        );
      }
      const hits = Object.entries(places).flatMap(([place, text]) =>
        secrets.flatMap((secret, index) => (text.includes(secret) ? [`secret ${index} in ${place}`] : [])),
      );
      expect(hits).toEqual([]);
      // The search works, because it finds what is public.
      const publicKey = await cluster.stack.publicKey();
      for (const place of ["what the CLI printed", "the state", "arguments of processes", "objects"]) {
        expect(places[place]).toContain(publicKey);
      }
      expect(places["logs of iguana"]).toContain("dpow accepted");
    });

    /**
     * Reads the secrets from where they belong: keys of Iguana's pod only, and passwords that chains' pods have, too. An
     * RPC user is no secret.
     */
    async function findSecrets(notary: ClusterNotary): Promise<{ keys: string[]; passwords: string[] }> {
      const agent: { coins: Record<string, { wif: string; rpcPassword: string }> } = JSON.parse(
        await notary.readFile("iguana", "agent", "/run/dokomodo/agent/secrets.json"),
      );
      const pems = await Promise.all(
        ["iguana", ...SYMBOLS].map((workload) =>
          notary.readFile(workload, "proxy", "/run/dokomodo/proxy/identity.pem"),
        ),
      );
      const lines = pems.flatMap((pem) => pem.slice(pem.indexOf("PRIVATE KEY")).split("\n").slice(1, -2));
      const coins = Object.values(agent.coins);
      const keys = [passphrase, ...coins.map(({ wif }) => wif)];
      const passwords = [
        ...coins.map(({ rpcPassword }) => rpcPassword),
        ...lines.filter((line) => line.length > 30),
      ];
      expect(passwords.length).toBeGreaterThan(12);
      return { keys, passwords };
    }
  });
}
