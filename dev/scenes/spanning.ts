import type { TestHost, TestHosts } from "../standIns/hosts/TestHosts";
import type { EngineOf } from "./docker";
import { TestStack } from "./TestStack";

/** Creates a stack whose notary spans test hosts. `placement` names the host of each chain. */
export async function createSpanningStack(
  notary: string,
  hosts: TestHosts,
  placement: Readonly<Record<string, string>>,
): Promise<TestStack> {
  const stack = await TestStack.create(notary, `a phrase of ${notary}`, "127.0.0.1");
  stack.writeConfig({
    "dokomodo:hosts": Object.values(hosts.hosts).map(hostConfig),
    "dokomodo:ssh": { knownHosts: hosts.knownHosts, identity: hosts.identity },
  });
  const [first = ""] = Object.keys(hosts.hosts);
  stack.changeNotary((config) => {
    config["host"] = first;
    config.chains = Object.entries(placement).map(([symbol, host]) => ({ [symbol]: host }));
  });
  return stack;
}

/** A line of `dokomodo:hosts`. */
export function hostConfig({ name, docker, address, socket }: TestHost): Record<string, string> {
  return { name, docker, address, listen: address, socket };
}

/** Finds the engine of a container by the chain in its name. Iguana and all other containers are on the first host. */
export function engineOf(
  notary: string,
  hosts: TestHosts,
  placement: () => Readonly<Record<string, string>>,
): EngineOf {
  return (container) => {
    const names = Object.entries(placement()).map(([symbol, host]) => [symbol.toLowerCase(), host] as const);
    const [, placed] =
      names.find(([symbol]) => new RegExp(`^${notary}-${symbol}(-|$)`).test(container)) ?? [];
    return hosts.hosts[placed ?? Object.keys(hosts.hosts)[0] ?? ""]?.socket;
  };
}
