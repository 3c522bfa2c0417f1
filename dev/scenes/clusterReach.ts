import { loadChainList, selectChains } from "../../chains/list/chainList";
import { clientLinks, rpcGraph } from "../../notary/rpcGraph";
import type { Attempt } from "./reach";

/** A workload of the notary in the cluster, as a target of attempts. */
export interface PodPlace {
  readonly workload: string;
  /** Symbol, `iguana` or `clients`. */
  readonly subject: string;
  /** IPv4 address of its pod. */
  readonly address: string;
  /** Name of its Service. */
  readonly hostname: string;
  /** Port of its daemon on its own loopback. */
  readonly rpcPort: number;
  /** Port that peers may reach it at; absent if it has no peers. */
  readonly publishedPort?: number | undefined;
}

export interface PodSource {
  readonly name: string;
  /** Undefined for a pod that is no part of the notary. */
  readonly subject: string | undefined;
  /** Whether it shows a certificate that the notary's authority has signed. */
  readonly isKnown: boolean;
}

const LINK_PORT = 7443;
const AGENT_PORT = 7780;
/** The Service of the API server. */
const API = { address: "10.96.0.1", port: 443 };

/** The edges of the RPC graph as `caller callee`, in subjects. They come from the function that the program uses, too. */
export function podEdges(
  listFile: string,
  listText: string,
  symbols: readonly string[],
): ReadonlySet<string> {
  const { chainList } = loadChainList(listFile, listText);
  if (chainList === undefined)
    throw new Error(`The list of chains ${listFile} has problems and cannot be read.`);
  const { chains } = selectChains(chainList, symbols);
  const links = [...rpcGraph(chains), ...clientLinks(chains)];
  return new Set(links.map(({ caller, callee }) => `${caller} ${callee}`));
}

/**
 * All attempts that a source can make: every link by name and by address, every port of every daemon at every pod, the API
 * server, and its own loopback. No policy restricts a source that is no part of the notary.
 */
export function attemptsOfPod(
  source: PodSource,
  places: readonly PodPlace[],
  edges: ReadonlySet<string>,
  isEnforced: boolean,
): Attempt[] {
  const calls = (to: PodPlace) => edges.has(`${source.subject} ${to.subject}`);
  const isOwn = (to: PodPlace) => to.subject === source.subject;
  const others = places.filter((to) => !isOwn(to));
  const attempt = (address: string, port: number, allowed: boolean): Attempt => {
    return { protocol: "tcp", address, port, allowed, what: `${source.name} connects to ${address}:${port}` };
  };
  const links = others.flatMap((to) =>
    [to.hostname, to.address].map(
      (address): Attempt => ({
        protocol: "tls",
        address,
        port: LINK_PORT,
        name: to.workload,
        allowed: source.isKnown && calls(to),
        what: `${source.name} calls ${to.workload} at ${address}`,
      }),
    ),
  );
  const sockets = others.flatMap((to) => [
    ...places.map(({ rpcPort }) => attempt(to.address, rpcPort, false)),
    attempt(to.address, AGENT_PORT, false),
    // A source that policies keep from a port cannot even connect.
    attempt(to.address, LINK_PORT, !isEnforced || calls(to)),
    // Peers may come from anywhere, but the notary's own daemons have no peers inside the notary.
    ...(to.publishedPort === undefined
      ? []
      : [attempt(to.address, to.publishedPort, !isEnforced || source.subject === undefined)]),
  ]);
  const api = attempt(
    API.address,
    API.port,
    !isEnforced || source.subject === undefined || source.subject === "iguana",
  );
  if (source.subject === undefined) return [...links, ...sockets, api];
  const loopback = places.map((to) => attempt("127.0.0.1", to.rpcPort, isOwn(to) || calls(to)));
  const agent = attempt("127.0.0.1", AGENT_PORT, source.subject === "iguana");
  return [...links, ...sockets, api, ...loopback, agent];
}
