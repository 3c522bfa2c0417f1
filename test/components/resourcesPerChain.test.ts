import { describe, expect, test } from "vitest";
import { developmentStack, developmentValues } from "./developmentStack";
import { assetchains } from "./graphChanges";
import { recordStack } from "./recordGraph";

/** What a chain has on every platform: its password, and the certificate of its workload. */
const EVERYWHERE = [
  "random:index/randomPassword:RandomPassword",
  "tls:index/certRequest:CertRequest",
  "tls:index/locallySignedCert:LocallySignedCert",
  "tls:index/privateKey:PrivateKey",
];

/** The types of the custom resources that a notary registers with these chains. A component costs no provider a call. */
async function customTypes(chains: readonly string[], values: Readonly<Record<string, string>>) {
  const stack = developmentStack({
    ...developmentValues(),
    ...values,
    "dokomodo:notaries": JSON.stringify([{ name: "east", host: "local", chains }]),
  });
  const graph = await recordStack(stack);
  return graph.map(({ type }) => type).filter((type) => !type.startsWith("dokomodo:"));
}

/** How many resources more there are of each type, for each of `count` chains. */
function perChain(before: readonly string[], after: readonly string[], count: number) {
  const number = (types: readonly string[], type: string) => types.filter((each) => each === type).length;
  const more = [...new Set(after)].map((type): [string, number] => [
    type,
    (number(after, type) - number(before, type)) / count,
  ]);
  return Object.fromEntries(more.filter(([, each]) => each !== 0));
}

describe("each chain more in a notary of many", () => {
  const usual = ["KMD", "LTC"];
  const more = assetchains();
  const added = async (values: Readonly<Record<string, string>>) =>
    perChain(await customTypes(usual, values), await customTypes([...usual, ...more], values), more.length);
  const onceEach = (types: readonly string[]) => Object.fromEntries(types.map((type) => [type, 1]));

  test("is eight resources on Docker", async () => {
    expect(more.length).toBeGreaterThan(20);
    expect(await added({})).toEqual({
      ...onceEach([...EVERYWHERE, "docker:index/volume:Volume"]),
      "docker:index/container:Container": 3,
    });
  });

  test("is nine on Kubernetes, where a balancer's Service is the tenth", async () => {
    const objects = [
      "kubernetes:apps/v1:StatefulSet",
      "kubernetes:core/v1:ConfigMap",
      "kubernetes:core/v1:Secret",
      "kubernetes:core/v1:Service",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    ];
    const kubernetes = { "dokomodo:platform": "kubernetes" };
    expect(await added(kubernetes)).toEqual(onceEach([...EVERYWHERE, ...objects]));
    const balancers = { ...kubernetes, "dokomodo:kubernetes": JSON.stringify({ publish: "LoadBalancer" }) };
    expect(await added(balancers)).toEqual({
      ...onceEach([...EVERYWHERE, ...objects]),
      "kubernetes:core/v1:Service": 2,
    });
  });
});
