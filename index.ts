import "./stackTraces";
import { Provider } from "@pulumi/docker/provider";
import * as pulumi from "@pulumi/pulumi";
import { formatProblems } from "./chains/problem";
import { NotaryNode } from "./components/NotaryNode";
import { loadStack, type Stack } from "./config/load";
import { DockerPlatform } from "./platforms/docker";

/** The stack program: config and registry become notaries, or a list of all that is wrong and nothing else. */
export = async () => {
  const stack = loadStack({
    directory: process.cwd(),
    stackName: pulumi.getStack(),
    values: pulumi.runtime.allConfig(),
  });
  if (!stack.ok) throw new pulumi.RunError(formatProblems(stack.problems));

  const platform = createPlatform(stack.value);
  const notaries = stack.value.notaries.map(
    ({ name, ...args }) => [name, new NotaryNode(name, { ...args, platform })] as const,
  );
  return {
    notaries: Object.fromEntries(
      notaries.map(([name, { publicKey, addresses }]) => [name, { publicKey, addresses }]),
    ),
  };
};

function createPlatform({ hosts, images, development }: Stack): DockerPlatform {
  return new DockerPlatform({
    hosts: Object.fromEntries(
      hosts.map(({ name, docker, listen }) => {
        return [name, { provider: new Provider(name, { host: docker }), listen }] as const;
      }),
    ),
    pauseImage: images.pause,
    proxyImage: images.proxy,
    protectVolumes: !development,
    labels: { "dokomodo.stack": pulumi.getStack() },
  });
}
