import { rpcGraph } from "../chains/graph";
import type { Problem } from "../chains/problem";
import { AGENT_PORT } from "../components/IguanaInstance";
import { LINK_PORT } from "../platforms/proxy";
import type { Stack } from "./load";
import type { Checked } from "./notaries";

type Notary = Stack["notaries"][number];

/** No two listeners want one port: published ports on a host, and everything in one network namespace. */
export function checkPorts({ at }: Checked, notaries: Stack["notaries"]): Problem[] {
  const problems: Problem[] = [];
  const published = new Ports();
  for (const [index, notary] of notaries.entries()) {
    const report = (clashes: readonly string[]) => {
      const position = at(["dokomodo:notaries", index, "chains"]);
      problems.push(...clashes.map((message) => ({ message, position })));
    };
    const owner = (what: string) => `${what} of notary ${notary.name}`;
    report(published.take(`host ${notary.host}`, notary.iguana.busPort, owner("the dPoW bus")));
    for (const { chain, host } of notary.chains) {
      report(published.take(`host ${host}`, chain.p2pPort, owner(`p2p of ${chain.symbol}`)));
    }
    report(namespaceClashes(notary));
  }
  return problems;
}

function namespaceClashes({ name, iguana, chains }: Notary): string[] {
  const ports = new Ports();
  const inIguana = `the network of ${name}'s Iguana`;
  const clashes = [
    ...ports.take(inIguana, LINK_PORT, "the proxy"),
    ...ports.take(inIguana, AGENT_PORT, "the agent"),
    ...ports.take(inIguana, iguana.rpcPort, "Iguana's RPC"),
    ...ports.take(inIguana, iguana.busPort, "the dPoW bus"),
    ...chains.flatMap(({ chain }) => ports.take(inIguana, chain.rpcPort, `RPC of ${chain.symbol}`)),
  ];
  const links = rpcGraph(chains.map(({ chain }) => chain));
  for (const { chain } of chains) {
    const place = `the network of ${name}'s ${chain.symbol}`;
    const calls = links.filter(({ caller }) => caller === chain.symbol);
    clashes.push(
      ...ports.take(place, LINK_PORT, "the proxy"),
      ...ports.take(place, chain.p2pPort, `p2p of ${chain.symbol}`),
      ...ports.take(place, chain.rpcPort, `RPC of ${chain.symbol}`),
      ...calls.flatMap(({ callee, port }) => ports.take(place, port, `RPC of ${callee}`)),
    );
  }
  return clashes;
}

/** Who has which port where. */
class Ports {
  private readonly owners = new Map<string, string>();

  take(place: string, port: number, owner: string): string[] {
    const key = `${place} ${port}`;
    const other = this.owners.get(key);
    if (other !== undefined) return [`port ${port} on ${place} is wanted by ${other} and by ${owner}`];
    this.owners.set(key, owner);
    return [];
  }
}
