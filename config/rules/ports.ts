import type { Problem } from "../../input/problem";
import { deployedChains, witnessesOf } from "../../notary/placement";
import { AGENT_PORT, witnessPort } from "../../notary/ports";
import { rpcGraph } from "../../notary/rpcGraph";
import type { Notary } from "../../notary/types";
import { LINK_PORT } from "../../platforms/haproxy/configuration";
import type { RuleInput } from "../context";

/** Reports ports that two listeners want: published ports of one host, and ports in one network namespace. */
export function checkPorts({ at, notaries, networks, shares }: RuleInput): Problem[] {
  const published = new Ports();
  return notaries.flatMap((notary, index) => {
    const network = networks[index];
    const claims = network === undefined ? [] : shares.all.flatMap((share) => share.ports(network));
    const clashes = [
      ...claims.flatMap(({ place, port, what, remedy }) => published.take(place, port, what, remedy)),
      ...namespaceClashes(notary),
    ];
    const position = at(["dokomodo:notaries", index, "chains"]);
    return clashes.map((message) => ({ message, position }));
  });
}

function namespaceClashes(notary: Notary): string[] {
  const { name, iguana, chains } = notary;
  const ports = new Ports();
  const inIguana = `the network of ${name}'s Iguana`;
  const clashes = [
    ...ports.take(inIguana, LINK_PORT, "the proxy"),
    ...ports.take(inIguana, AGENT_PORT, "the agent"),
    ...ports.take(inIguana, iguana.rpcPort, "Iguana's RPC"),
    ...ports.take(inIguana, iguana.busPort, "the dPoW bus"),
    ...witnessesOf(notary).flatMap((host, index) =>
      ports.take(inIguana, witnessPort(index), `the witness on ${host}`),
    ),
    ...chains.flatMap(({ chain }) => ports.take(inIguana, chain.rpcPort, `RPC of ${chain.symbol}`)),
  ];
  const links = rpcGraph(chains.map(({ chain }) => chain));
  for (const { chain } of deployedChains(notary)) {
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
