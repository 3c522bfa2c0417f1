import { describe, expect, test } from "vitest";
import { drillConfig, pulumiPath, secretPaths, valueAt } from "../../../cli/drill/config";
import type { DrilledNode } from "../../../cli/drill/plan";

const SECURE = { secure: "v1:abc" };
const NODES: readonly DrilledNode[] = [
  {
    name: "drill-east",
    node: "east",
    host: "alpha",
    portOffset: 1000,
    chains: [{ symbol: "BEER", title: "BEER", workload: "drill-east-beer" }],
  },
];
const KEY = `02${"ab".repeat(32)}`;
const CONFIG = {
  "dokomodo:hosts": [
    { name: "alpha", docker: "unix:///var/run/docker.sock" },
    { name: "beta", docker: "ssh://ops@192.0.2.2" },
  ],
  "dokomodo:notaries": [{ name: "east", host: "alpha", chains: ["BEER", "KMD"], dest: { BEER: "KMD" } }],
  "dokomodo:passphrases": { east: SECURE },
  "dokomodo:external": { LTC: { user: "u", password: SECURE } },
  "dokomodo:rollOut": { canary: "KMD" },
  "dokomodo:registries": [{ server: "registry.example", username: "robot", password: SECURE }],
  "dokomodo:backup": { to: "s3:https://s/b", every: "6h", password: SECURE, s3: { keyId: "A", key: SECURE } },
};
const DRILLED = { of: "prod", nodes: NODES, hosts: new Set(["alpha"]), keys: { east: { publicKey: KEY } } };

describe("the config of a drill", () => {
  const config = drillConfig(CONFIG, DRILLED);

  test("has no notary, no key, and no host that it does not use", () => {
    expect(Object.keys(config).sort()).toEqual([
      "dokomodo:backup",
      "dokomodo:hosts",
      "dokomodo:nodes",
      "dokomodo:registries",
    ]);
    expect(config["dokomodo:hosts"]).toEqual([CONFIG["dokomodo:hosts"][0]]);
    expect(config["dokomodo:nodes"]).toEqual([
      { name: "drill-east", host: "alpha", portOffset: 1000, chains: ["BEER"] },
    ]);
  });

  test("reads the backups of the node that it stands for, and makes none", () => {
    expect(config["dokomodo:backup"]).toEqual({
      ...CONFIG["dokomodo:backup"],
      every: "none",
      from: { "drill-east": { node: "east", publicKey: KEY } },
    });
  });

  test("has the secrets of registries and of the store, each at a path that Pulumi takes", () => {
    const paths = secretPaths(config);
    expect(paths.map(pulumiPath).sort()).toEqual([
      'dokomodo:backup["password"]',
      'dokomodo:backup["s3"]["key"]',
      'dokomodo:registries[0]["password"]',
    ]);
    for (const path of paths) expect(valueAt(config, path)).toEqual(SECURE);
  });

  test("has a namespace of its own in a cluster, in which nothing is published", () => {
    const cluster = { namespace: "nodes", publish: "NodePort", storage: { BEER: 5, KMD: 120 } };
    const hosts = [{ name: "alpha", nodes: {} }];
    const inCluster = { ...CONFIG, "dokomodo:platform": "kubernetes", "dokomodo:kubernetes": cluster };
    expect(drillConfig({ ...inCluster, "dokomodo:hosts": hosts }, DRILLED)["dokomodo:kubernetes"]).toEqual({
      namespace: "nodes-drill",
      publish: "none",
      storage: { BEER: 5 },
    });
    expect(() =>
      drillConfig(
        { ...inCluster, "dokomodo:hosts": hosts, "dokomodo:kubernetes": { createNamespace: false } },
        DRILLED,
      ),
    ).toThrow(/createNamespace is false, so dokomodo may make no namespace/);
  });
});
