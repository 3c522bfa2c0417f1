import type { Problem } from "../../input/problem";
import { deployedChains, hasAgent, hasClients, witnessesOf } from "../../notary/placement";
import { AGENT_PORT, FILTER_PORT, witnessPort } from "../../notary/ports";
import { rpcGraph } from "../../notary/rpcGraph";
import type { Node, Notary } from "../../notary/types";
import { LINK_PORT } from "../../platforms/haproxy/configuration";
import type { RuleInput } from "../context";

/** Reports ports that two listeners want: published ports of one host, and ports in one network namespace. */
export function checkPorts({ at, nodes, shares }: RuleInput): Problem[] {
  const published = new Ports();
  return nodes.flatMap(({ node, path, network }) => {
    const claims = shares.all.flatMap((share) => share.ports(network));
    const clashes = [
      ...claims.flatMap(({ place, port, what, remedy }) => published.take(place, port, what, remedy)),
      ...("iguana" in node ? clashesAtIguana(node) : []),
      ...(hasAgent(node) ? clashesAtCaller(node, "agent", AGENT_PORT, "the agent") : []),
      ...(hasClients(node) ? clashesAtCaller(node, "clients", FILTER_PORT, "the filter") : []),
      ...clashesAtDaemons(node),
    ];
    const position = at([...path, "chains"]);
    return clashes.map((message) => ({ message, position }));
  });
}

function clashesAtIguana(notary: Notary): string[] {
  const { name, iguana, chains } = notary;
  const ports = new Ports();
  const inIguana = `the network of ${name}'s Iguana`;
  return [
    ...ports.take(inIguana, LINK_PORT, "the proxy"),
    ...ports.take(inIguana, AGENT_PORT, "the agent"),
    ...ports.take(inIguana, iguana.rpcPort, "Iguana's RPC"),
    ...ports.take(inIguana, iguana.busPort, "the dPoW bus"),
    ...witnessesOf(notary).flatMap((host, index) =>
      ports.take(inIguana, witnessPort(index), `the witness on ${host}`),
    ),
    ...chains.flatMap(({ chain }) => ports.take(inIguana, chain.rpcPort, `RPC of ${chain.symbol}`)),
  ];
}

/** Clashes in a workload that calls every chain: the node's own agent, or its clients' proxy. */
function clashesAtCaller({ name, chains }: Node, caller: string, port: number, what: string): string[] {
  const ports = new Ports();
  const place = `the network of ${name}'s ${caller}`;
  return [
    ...ports.take(place, LINK_PORT, "the proxy"),
    ...ports.take(place, port, what),
    ...chains.flatMap(({ chain }) => ports.take(place, chain.rpcPort, `RPC of ${chain.symbol}`)),
  ];
}

function clashesAtDaemons(node: Node): string[] {
  const ports = new Ports();
  const links = rpcGraph(node.chains.map(({ chain }) => chain));
  return deployedChains(node).flatMap(({ chain }) => {
    const place = `the network of ${node.name}'s ${chain.symbol}`;
    const calls = links.filter(({ caller }) => caller === chain.symbol);
    return [
      ...ports.take(place, LINK_PORT, "the proxy"),
      ...ports.take(place, chain.p2pPort, `p2p of ${chain.symbol}`),
      ...ports.take(place, chain.rpcPort, `RPC of ${chain.symbol}`),
      ...calls.flatMap(({ callee, port }) => ports.take(place, port, `RPC of ${callee}`)),
    ];
  });
}

/** Remembers who has which port. */
class Ports {
  private readonly owners = new Map<string, string>();

  /**
   * Takes a port. Returns a message if somebody else has it already.
   * @param place where the port is, for people: `host alpha`
   * @param owner who takes it, for people
   * @param remedy ends the message, and says what a person can do
   */
  take(place: string, port: number, owner: string, remedy?: string): string[] {
    const key = `${place} ${port}`;
    const other = this.owners.get(key);
    if (other !== undefined) {
      const clash = `port ${port} on ${place} is wanted by ${other} and by ${owner}`;
      return [remedy === undefined ? clash : `${clash}; ${remedy}`];
    }
    this.owners.set(key, owner);
    return [];
  }
}
