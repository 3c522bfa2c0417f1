import type { Problem } from "../../input/problem";
import type { RuleInput } from "../context";

/** Reports what the rules of each platform find in its share of the stack. */
export function checkPlatforms({ settings, shares, nodes, at }: RuleInput): Problem[] {
  const hostIndex = (name: string) => settings.hosts.findIndex((host) => host.name === name);
  const networks = nodes.map(({ network }) => network);
  const pathOf = (name: string) => nodes.find(({ node }) => node.name === name)?.path ?? [];
  return shares.all.flatMap((share) =>
    share.rules({
      networks: networks.filter((network) => network.hosts.some((host) => share.hosts.includes(host))),
      volumes: networks.flatMap(({ workloads }) => workloads.flatMap(({ volume }) => volume ?? [])),
      atHost: (name, key) => at(["dokomodo:hosts", hostIndex(name), key]),
      atNetwork: (name, key) => at([...pathOf(name), key]),
      at,
    }),
  );
}
