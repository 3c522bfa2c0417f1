import { describe, expect, test } from "vitest";
import { type ExportedState, forgetHost } from "../../cli/forgetHost";

const urn = (type: string, name: string) => `urn:pulumi:dev::dokomodo::${type}::${name}`;
const ALPHA = urn("pulumi:providers:docker", "alpha");
const BETA = urn("pulumi:providers:docker", "beta");
const CHAIN = urn("dokomodo:index:Assetchain", "east-beer");
const PASSWORD = urn("random:index/randomPassword:RandomPassword", "east-beer-rpcpassword");
const BEER = urn("docker:index/container:Container", "east-beer");
const IGUANA = urn("docker:index/container:Container", "east-iguana");

const state: ExportedState = {
  version: 3,
  deployment: {
    manifest: { time: "now" },
    secrets_providers: { type: "passphrase" },
    resources: [
      { urn: ALPHA, type: "pulumi:providers:docker", id: "a1" },
      { urn: BETA, type: "pulumi:providers:docker", id: "b1" },
      { urn: CHAIN, type: "dokomodo:index:Assetchain" },
      {
        urn: PASSWORD,
        type: "random:index/randomPassword:RandomPassword",
        parent: CHAIN,
        outputs: { result: { ciphertext: "v1:" } },
      },
      {
        urn: BEER,
        type: "docker:index/container:Container",
        parent: CHAIN,
        provider: `${BETA}::b1`,
        dependencies: [PASSWORD],
      },
      {
        urn: IGUANA,
        type: "docker:index/container:Container",
        provider: `${ALPHA}::a1`,
        dependencies: [PASSWORD, BEER],
        propertyDependencies: { uploads: [PASSWORD, BEER], image: null },
      },
    ],
  },
};

describe("forgetting a host", () => {
  const { state: after, forgotten } = forgetHost(state, "beta");
  const resources = after.deployment.resources ?? [];

  test("removes the host's provider and its resources from the state", () => {
    expect(forgotten).toEqual([BETA, BEER]);
    expect(resources.map((resource) => resource.urn)).toEqual([ALPHA, CHAIN, PASSWORD, IGUANA]);
  });

  test("keeps passwords, other hosts, and fields of the state that it does not know", () => {
    expect(resources[2]).toEqual(state.deployment.resources?.[3]);
    expect(after).toMatchObject({ version: 3, deployment: { secrets_providers: { type: "passphrase" } } });
  });

  test("removes references to removed resources, because Pulumi would refuse them", () => {
    expect(resources[3]).toMatchObject({
      dependencies: [PASSWORD],
      propertyDependencies: { uploads: [PASSWORD], image: [] },
    });
  });

  test("changes nothing for a host that is not in the state", () => {
    expect(forgetHost(state, "gamma")).toEqual({ forgotten: [], state: expect.anything() });
  });
});
