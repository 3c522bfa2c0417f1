import { describe, expect, test } from "vitest";
import { deployedChains } from "../../../notary/placement";
import type { NodeChain } from "../../../notary/types";
import { inCluster, loaded, NODE, SHORE, told } from "../../config/clusterFiles";
import { ALPHA, changed, EAST, HOST } from "../../config/stackFiles";

describe("a stack in a cluster", () => {
  test("needs no engine and no address of the cluster but the notary's own", () => {
    const { hosts, shares, notaries } = loaded(inCluster("{}"));
    expect(hosts).toMatchObject([{ name: "alpha", platform: "kubernetes" }]);
    expect(shares.all).toMatchObject([{ hosts: ["alpha"], isReachable: false }]);
    expect(notaries[0]?.ipAddress).toBe("192.0.2.1");
  });

  test("has no witness where Iguana is in the cluster, and Docker's alone where it is not", () => {
    const two: [string, string] = [NODE, NODE + SHORE];
    const [inside] = loaded(
      inCluster("{ publish: hostPort }", two, [EAST, EAST.replace(" }", ", placement: { BEER: shore } }")]),
    ).notaries;
    expect(inside?.lease).toEqual({ kind: "platform" });
    const placement = ", placement: { BEER: alpha } }";
    const outside = EAST.replace("alpha", "shore").replace(" }", placement);
    const [mixed] = loaded(inCluster("{ publish: hostPort }", two, [EAST, outside])).notaries;
    expect(mixed?.lease).toEqual({ kind: "witnesses", hosts: ["shore"] });
  });

  test("takes a volume's size from the chain, then from its daemon, then from nowhere", () => {
    const daemon = 'komodod: { image: "komodod';
    const config = inCluster("{ storage: { BEER: 7 } }", [daemon, daemon.replace("{", "{ storage: 120,")]);
    const [notary] = loaded(config).notaries;
    const sizes = deployedChains<NodeChain>({ chains: notary?.chains ?? [] }).map((each) => [
      each.chain.symbol,
      each.daemon.storageGiB,
    ]);
    expect(sizes).toEqual([
      ["KMD", 120],
      ["LTC", undefined],
      ["BEER", 7],
    ]);
  });

  test("takes what a scheduler counts with from the daemon", () => {
    const daemon = 'komodod: { image: "komodod';
    const requests = daemon.replace("{", "{ requests: { cpu: 0.5, memory: 512 },");
    const [notary] = loaded(inCluster("{}", [daemon, requests])).notaries;
    const [kmd] = deployedChains<NodeChain>({ chains: notary?.chains ?? [] });
    expect(kmd?.daemon.requests).toEqual({ cpu: 0.5, memoryMiB: 512 });
  });

  test("keeps what a host says of an engine for when it is on Docker again, and of nodes the same", () => {
    expect(loaded(inCluster("{}", [NODE, ALPHA])).hosts).toMatchObject([{ platform: "kubernetes" }]);
    expect(loaded(changed([...HOST, "nodes"], { size: "big" })).hosts).toMatchObject([
      { platform: "docker" },
    ]);
  });
});

describe("the settings of a cluster are refused", () => {
  test.each([
    [
      "a namespace that is none",
      "{ namespace: My_Notary }",
      'Pulumi.test.yaml:3:37: config.dokomodo:kubernetes.namespace must be a DNS label: at most 63 lower-case letters, digits and -, with a letter or digit at both ends; found "My_Notary"',
    ],
    [
      "a namespace of leases that is none",
      "{ leaseNamespace: -x }",
      'Pulumi.test.yaml:3:42: config.dokomodo:kubernetes.leaseNamespace must be a DNS label: at most 63 lower-case letters, digits and -, with a letter or digit at both ends; found "-x"',
    ],
    [
      "a network without its length",
      "{ privateNetworks: [10.0.0.0] }",
      'Pulumi.test.yaml:3:44: config.dokomodo:kubernetes.privateNetworks[0] must be a network such as 10.0.0.0/8; found "10.0.0.0"',
    ],
    [
      "a network of more bits than there are",
      "{ privateNetworks: [10.0.0.0/33] }",
      'Pulumi.test.yaml:3:44: config.dokomodo:kubernetes.privateNetworks[0] must be a network such as 10.0.0.0/8; found "10.0.0.0/33"',
    ],
    [
      "another way of publishing",
      "{ publish: Ingress }",
      'Pulumi.test.yaml:3:35: config.dokomodo:kubernetes.publish must be "none" or "hostPort" or "NodePort" or "LoadBalancer"; found "Ingress"',
    ],
    [
      "a misspelt key",
      "{ storageclass: ssd }",
      'Pulumi.test.yaml:3:26: unknown key "storageclass" in config.dokomodo:kubernetes; did you mean "storageClass"?',
    ],
    [
      "a volume's size as Kubernetes has it",
      "{ storage: { KMD: 120Gi } }",
      'Pulumi.test.yaml:3:42: config.dokomodo:kubernetes.storage.KMD must be a whole number of GiB, 1 or more; found "120Gi"',
    ],
    [
      "a size of a volume of no chain",
      "{ storage: { BEAR: 120 } }",
      'Pulumi.test.yaml:3:43: no notary and no node runs a chain BEAR, so it has no volume; did you mean "BEER"?',
    ],
  ])("%s", (_, settings, message) => {
    expect(told(inCluster(settings))).toContain(message);
  });

  test("a size of a volume of somebody else's chain", () => {
    const external =
      "  dokomodo:external: { FAR: { user: u, password: { secure: v1 } } }\n  dokomodo:notaries:\n";
    const config = inCluster(
      "{ storage: { FAR: 9 } }",
      [EAST, EAST.replace("BEER", "BEER, FAR")],
      ["  dokomodo:notaries:\n", external],
    );
    expect(told(config).join("\n")).toContain("no notary and no node runs a chain FAR, so it has no volume");
  });

  test("a share of a core that nobody has", () => {
    const daemon = 'komodod: { image: "komodod';
    const config = inCluster("{}", [daemon, daemon.replace("{", "{ requests: { cpu: 0 },")]);
    expect(told(config).join("\n")).toContain(
      "config.dokomodo:daemons.komodod.requests.cpu must be a number of cores from 0.001 to 64; found 0",
    );
  });
});

describe("a host is refused", () => {
  test.each([
    [
      "on Docker, and says nothing of its engine",
      changed([...HOST, "docker"], undefined),
      "Pulumi.test.yaml:4:15: host alpha is on Docker and does not say where its engine is; state `docker`, or `platform: kubernetes`",
    ],
    [
      "on Docker in a stack of a cluster, and says nothing of its engine",
      inCluster("{}", [NODE, NODE.replace("name: alpha,", "name: alpha, platform: docker,")]),
      "Pulumi.test.yaml:6:15: host alpha is on Docker and does not say where its engine is; state `docker`, or `platform: kubernetes`",
    ],
    [
      "in the cluster, where nobody knows the notary's address",
      inCluster("{}", [NODE, "    - { name: alpha }\n"]),
      "Pulumi.test.yaml:6:15: host alpha needs an `address`, or notary east one of its own: other notaries reach Iguana there",
    ],
    [
      "in the cluster, called from outside, at no address",
      inCluster(
        "{ publish: LoadBalancer }",
        [NODE, `    - { name: alpha }\n${SHORE}`],
        [EAST, EAST.replace("alpha", "shore").replace(" }", ", placement: { KMD: alpha } }")],
      ),
      "Pulumi.test.yaml:6:15: host alpha needs an `address`: workloads of notary east on it are called from elsewhere",
    ],
  ])("%s", (_, config, message) => {
    expect(told(config)).toContain(message);
  });
});
