import { describe, expect, test } from "vitest";
import { readChecks } from "../../config/hosts";
import { YamlSource } from "../../input/source";

const DOCKER =
  "    - { name: alpha, docker: unix:///a.sock }\n    - { name: beta, docker: unix:///b.sock }\n";
const NODE = "    - { name: shore, platform: kubernetes, nodes: {} }\n";

function checksOf(config: string) {
  const { source } = YamlSource.parse("Pulumi.test.yaml", `config:\n${config}`);
  if (source === undefined) throw new Error("the config is no YAML");
  const { checks, problems } = readChecks(source);
  return { hosts: checks.map(({ host }) => host), problems: problems.map(({ message }) => message) };
}

describe("the hosts that can be looked at", () => {
  test("are those on Docker", () => {
    expect(checksOf(`  dokomodo:hosts:\n${DOCKER}${NODE}`)).toEqual({
      hosts: ["alpha", "beta"],
      problems: [],
    });
  });

  test.each([
    [
      "the settings of a cluster",
      `  dokomodo:kubernetes: { publish: always }\n  dokomodo:hosts:\n${DOCKER}`,
      ["alpha", "beta"],
      "config.dokomodo:kubernetes.publish must be",
    ],
    [
      "a host in a cluster",
      `  dokomodo:hosts:\n${DOCKER}${NODE.replace("{}", "big")}`,
      ["alpha", "beta"],
      "config.dokomodo:hosts[2].nodes must be",
    ],
    [
      "a host on Docker",
      `  dokomodo:hosts:\n${DOCKER.replace("unix:///a.sock", "/a.sock")}`,
      ["beta"],
      "config.dokomodo:hosts[0].docker must be",
    ],
    [
      "the usual platform",
      `  dokomodo:platform: podman\n  dokomodo:hosts:\n${DOCKER.replace("beta,", "beta, platform: docker,")}`,
      ["beta"],
      "config.dokomodo:platform must be",
    ],
    [
      "the settings of SSH",
      `  dokomodo:ssh: { identity: 5 }\n  dokomodo:hosts:\n${DOCKER}`,
      [],
      "config.dokomodo:ssh.identity must be",
    ],
    ["the whole list", "  dokomodo:hosts: alpha\n", [], "config.dokomodo:hosts must be a list"],
    ["a list that is empty", "  dokomodo:hosts: []\n", [], "config.dokomodo:hosts must"],
    ["a list that is not there", "  dokomodo:platform: docker\n", [], 'lacks "dokomodo:hosts"'],
  ])("are the others if there is a mistake in %s", (_, config, hosts, problem) => {
    const found = checksOf(config);
    expect(found).toEqual({ hosts, problems: [expect.stringContaining(problem)] });
  });

  test("are told without the text of a kubeconfig that stands in the place of its path", () => {
    const { problems } = checksOf(
      `  dokomodo:kubernetes: { kubeconfig: "{ token: canary }" }\n  dokomodo:hosts:\n${DOCKER}`,
    );
    expect(problems).toEqual([expect.stringContaining("found a secret value")]);
  });
});
