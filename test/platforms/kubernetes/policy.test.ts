import { describe, expect, test } from "vitest";
import type { CallArgs } from "../../../platforms/platform";
import { daemonOf, recordWorkload, specOf, type WorkloadCase } from "./workload";

/** The egress rules of the workload. By default nothing is published, so there is no rule for peers. */
async function egress({ args = {}, ...more }: WorkloadCase) {
  const graph = await recordWorkload({ ...more, args: { publishedPorts: [], ...args } });
  return specOf(graph, "NetworkPolicy").egress;
}

function call(to: CallArgs["to"]): CallArgs {
  return { name: "east-far", port: 21001, to };
}

const tcp = (...ports: readonly number[]) => ports.map((port) => ({ protocol: "TCP", port }));

describe("the policy of a workload", () => {
  test.each<[string, CallArgs["to"], object]>([
    [
      "a workload of the cluster by its pod",
      { name: "east-kmd", hostname: "east-kmd.notaries.svc.cluster.local", port: 7443, remote: false },
      {
        to: [
          { podSelector: { matchLabels: { "dokomodo.network": "east", "dokomodo.workload": "east-kmd" } } },
        ],
        ports: tcp(7443),
      },
    ],
    [
      "a workload of another host by the host's address",
      { name: "east-kmd", hostname: "192.0.2.7", port: 7453, remote: true },
      { to: [{ ipBlock: { cidr: "192.0.2.7/32" } }], ports: tcp(7453) },
    ],
    [
      "somebody else's daemon by its address",
      { url: "http://192.0.2.9:9332" },
      { to: [{ ipBlock: { cidr: "192.0.2.9/32" } }], ports: tcp(9332) },
    ],
    [
      "somebody else's daemon by its port only, because a name may mean any address",
      { url: "https://far.example:8443" },
      { ports: tcp(8443) },
    ],
    ["the usual port of https", { url: "https://far.example" }, { ports: tcp(443) }],
    ["the usual port of http", { url: "http://far.example" }, { ports: tcp(80) }],
  ])("lets it call %s", async (_, to, rule) => {
    expect(await egress({ args: { calls: [call(to)] } })).toEqual([rule]);
  });

  test("excludes private networks by IP version, and has no exception for a version without any", async () => {
    const peers = async (...privateNetworks: readonly string[]) => {
      const graph = await recordWorkload({ platform: { privateNetworks } });
      return specOf(graph, "NetworkPolicy").egress.at(-1).to;
    };
    const everywhere = (v4: object, v6: object) => [
      { ipBlock: { cidr: "0.0.0.0/0", ...v4 } },
      { ipBlock: { cidr: "::/0", ...v6 } },
    ];
    expect(await peers("10.0.0.0/8", "fd00::/8", "172.16.0.0/12")).toEqual(
      everywhere({ except: ["10.0.0.0/8", "172.16.0.0/12"] }, { except: ["fd00::/8"] }),
    );
    expect(await peers("10.0.0.0/8")).toEqual(everywhere({ except: ["10.0.0.0/8"] }, {}));
    expect(await peers()).toEqual(everywhere({}, {}));
  });

  test("opens the API server's ports only to a workload with a lease", async () => {
    const api = { ports: tcp(443, 6443) };
    const lease = { namespace: "leases", name: "dokomodo-02a8" };
    const args = { calls: [], containers: [{ ...daemonOf(), lease }] } as const;
    expect(await egress({ args })).toEqual([api]);
    expect(await egress({ args: { calls: [] } })).toBeUndefined();
  });

  test("lets in nobody when nobody may call and nothing is published", async () => {
    const graph = await recordWorkload({ args: { publishedPorts: [] }, silent: true });
    expect(specOf(graph, "NetworkPolicy")).not.toHaveProperty("ingress");
    expect(specOf(graph, "NetworkPolicy").policyTypes).toEqual(["Ingress", "Egress"]);
  });

  test("lets in the roles that may call, and the gateway", async () => {
    const graph = await recordWorkload({ args: { serves: { port: 8923, roles: ["operator", "iguana"] } } });
    expect(specOf(graph, "NetworkPolicy").ingress).toEqual([
      {
        from: [
          {
            podSelector: {
              matchLabels: { "dokomodo.network": "east" },
              matchExpressions: [
                { key: "dokomodo.role", operator: "In", values: ["gateway", "iguana", "operator"] },
              ],
            },
          },
        ],
        ports: tcp(7443),
      },
      { ports: tcp(8922) },
    ]);
  });
});

describe("a gateway's policy", () => {
  test("leads to every workload of the network, but to no gateway", async () => {
    const graph = await recordWorkload({ called: true, platform: { publishing: { kind: "NodePort" } } });
    const { ingress, egress: rules } = specOf(graph, "NetworkPolicy", "east-alpha-gateway");
    expect(ingress).toEqual([{ ports: tcp(7443) }]);
    expect(rules).toHaveLength(1);
    expect(rules[0].to[0].podSelector).toEqual({
      matchLabels: { "dokomodo.network": "east" },
      matchExpressions: [{ key: "dokomodo.role", operator: "NotIn", values: ["gateway"] }],
    });
  });
});

describe("the role of a workload with a lease", () => {
  test("allows to make leases, and to read and renew its own, in the namespace of leases", async () => {
    const lease = { namespace: "leases", name: "dokomodo-02a8" };
    const graph = await recordWorkload({ args: { containers: [{ ...daemonOf(), lease }] } });
    const role = graph.find(({ type }) => type.endsWith(":Role"))?.inputs;
    expect(role).toMatchObject({
      metadata: { name: "east-beer", namespace: "leases" },
      rules: [
        { resources: ["leases"], verbs: ["create"] },
        { resources: ["leases"], verbs: ["get", "update"], resourceNames: ["dokomodo-02a8"] },
      ],
    });
    const binding = graph.find(({ type }) => type.endsWith(":RoleBinding"))?.inputs;
    expect(binding).toMatchObject({
      metadata: { namespace: "leases" },
      subjects: [{ kind: "ServiceAccount", name: "east-beer", namespace: "notaries" }],
    });
    expect(specOf(graph, "StatefulSet").template.spec.serviceAccountName).toBe("east-beer");
  });

  test("does not exist without a lease; then the account is the network's and has no rights", async () => {
    const graph = await recordWorkload({});
    expect(graph.filter(({ type }) => type.includes("rbac"))).toEqual([]);
    expect(specOf(graph, "StatefulSet").template.spec.serviceAccountName).toBe("east");
  });
});
