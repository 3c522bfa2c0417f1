import { describe, expect, test } from "vitest";
import { z } from "zod";
import { earlyRenewalHours } from "../../components/authority";
import { developmentStack, developmentValues } from "./developmentStack";
import { changedResources } from "./graphChanges";
import { filesOnDocker } from "./kubernetesFiles";
import { recordStack } from "./recordGraph";

const WEEK = 7 * 24;
const YEAR = 8766;

test("certificates are renewed when they are one to two years old, and few by the `up` of one week", () => {
  const hours = Array.from({ length: 40 }, (_, i) => earlyRenewalHours(`east-chain${i}`));
  expect(Math.min(...hours)).toBeGreaterThanOrEqual(YEAR);
  expect(Math.max(...hours)).toBeLessThan(2 * YEAR);
  const weeks = new Map<number, number>();
  for (const each of hours) weeks.set(Math.floor(each / WEEK), (weeks.get(Math.floor(each / WEEK)) ?? 0) + 1);
  expect(Math.max(...weeks.values())).toBeLessThanOrEqual(6);
});

test("the agent is told when the certificate of each link ends", async () => {
  const stack = developmentStack();
  const graph = await recordStack(stack, { reveal: true });
  const leaves = graph
    .filter(({ type }) => type === "tls:index/locallySignedCert:LocallySignedCert")
    .map(({ name }) => name.replace(/-certificate$/, ""));
  const text = filesOnDocker(graph)["east-iguana-agent /run/dokomodo/agent/plan.json"] ?? "";
  const { certificates } = z
    .object({ certificates: z.record(z.string(), z.string()) })
    .parse(JSON.parse(text));
  expect(Object.keys(certificates).sort()).toEqual(leaves.sort());
});

describe("an authority that is replaced by another one", () => {
  const CLIENTS = [{ name: "wallet", chains: ["KMD"] }];
  const record = async (authority?: Readonly<Record<string, unknown>>) => {
    const values = developmentValues();
    const [notary] = JSON.parse(values["dokomodo:notaries"] ?? "[]");
    const notaries = [{ ...notary, clients: CLIENTS, authority }];
    const graph = await recordStack(
      developmentStack({ ...values, "dokomodo:notaries": JSON.stringify(notaries) }),
      { reveal: true },
    );
    const files = filesOnDocker(graph);
    return {
      graph,
      /** The authorities that a workload trusts. */
      trusted: (workload: string) => files[`${workload}-proxy /run/dokomodo/proxy/authority.pem`],
      /** The key that signed a certificate. */
      signer: (name: string) =>
        graph.find(
          ({ type, name: own }) => type.endsWith("LocallySignedCert") && own === `${name}-certificate`,
        )?.inputs["caCertPem"],
    };
  };
  const FIRST = "certificate of east-authority";
  const SECOND = "certificate of east-authority-2";
  const BOTH = `${FIRST}\n${SECOND}\n`;
  const steps = {
    trust: { issuer: 1, trusted: [1, 2] },
    issue: { issuer: 2, trusted: [1, 2], clientsIssuer: 1 },
    admit: { issuer: 2, trusted: [1, 2] },
    forget: { issuer: 2, trusted: [2] },
  };

  test("is generation 1, if the config says nothing", async () => {
    expect((await record({ issuer: 1, trusted: [1] })).graph).toEqual((await record()).graph);
  });

  test("is trusted beside the other one before it signs anything, and no daemon is replaced", async () => {
    const [before, after] = [await record(), await record(steps.trust)];
    expect([before.trusted("east-beer"), after.trusted("east-beer")]).toEqual([FIRST, BOTH]);
    expect(after.signer("east-beer")).toBe(FIRST);
    const changed = changedResources(before.graph, after.graph).filter((name) =>
      name.startsWith("Container"),
    );
    expect(changed.filter((name) => !name.endsWith("-proxy"))).toEqual([]);
    expect(changed).toContain("Container east-beer-proxy");
  });

  test("signs for all but the clients' entrance, whose clients have the old one", async () => {
    const { trusted, signer } = await record(steps.issue);
    for (const name of ["east-beer", "east-kmd", "east-iguana", "east-operator", "east-clients-wallet"])
      expect(signer(name), name).toBe(SECOND);
    expect([signer("east-clients"), trusted("east-clients")]).toEqual([FIRST, BOTH]);
  });

  test("signs for the entrance as well, and is trusted alone at last", async () => {
    const [admit, forget] = [await record(steps.admit), await record(steps.forget)];
    expect([admit.signer("east-clients"), admit.trusted("east-clients")]).toEqual([SECOND, BOTH]);
    expect([forget.signer("east-clients"), forget.trusted("east-beer")]).toEqual([SECOND, SECOND]);
    expect(forget.graph.map(({ name }) => name)).not.toContain("east-authority-key");
  });

  test("keeps the keys and passwords of all others in each step", async () => {
    const kept = async (authority?: Readonly<Record<string, unknown>>) =>
      (await record(authority)).graph
        .filter(({ type, name }) => /PrivateKey|RandomPassword|Volume/.test(type) && !/-authority/.test(name))
        .map(({ type, name, inputs }) => [type, name, inputs]);
    const before = await kept();
    for (const step of Object.values(steps)) expect(await kept(step)).toEqual(before);
  });
});
