import { loadChainList, selectChains } from "../../chains/list/chainList";
import { IGUANA, rpcGraph } from "../../notary/rpcGraph";

/** A workload, as a target of attempts. */
export interface Place {
  /** What its containers' names begin with, such as `span-beer`. */
  readonly workload: string;
  /** A symbol, `iguana`, or the name of the witness's host. */
  readonly subject: string;
  readonly kind: "iguana" | "chain" | "witness";
  readonly host: string;
  /** Port of its daemon on its own loopback. */
  readonly port: number;
}

/** One attempt to connect, and whether it must succeed. */
export interface Attempt {
  /** `tls` calls the daemon behind a link port with the source's own certificate. `tcp` only opens a connection. */
  readonly protocol: "tls" | "tcp";
  readonly address: string;
  readonly port: number;
  /** The name that is asked for over TLS. */
  readonly name?: string;
  readonly allowed: boolean;
  /** A description for the report of a failed test. */
  readonly what: string;
}

/** The edges of the RPC graph, each as `caller callee`, in subjects. */
export type Edges = ReadonlySet<string>;

/** The edges of a notary's graph. They come from the function that the program uses, too. */
export function edgesOf(
  listFile: string,
  listText: string,
  symbols: readonly string[],
  witnesses: readonly string[],
): Edges {
  const { chainList } = loadChainList(listFile, listText);
  if (chainList === undefined)
    throw new Error(`The list of chains ${listFile} has problems and cannot be read.`);
  const { chains } = selectChains(chainList, symbols);
  return new Set([
    ...rpcGraph(chains).map(({ caller, callee }) => `${caller} ${callee}`),
    ...witnesses.map((host) => `${IGUANA} ${host}`),
  ]);
}

/** Addresses at which places can be reached. */
export interface Addresses {
  /** IPv4 address of each workload on its host's own network, keyed by workload. */
  readonly inside: Readonly<Record<string, string>>;
  /** IPv4 address of each host, keyed by host. */
  readonly hosts: Readonly<Record<string, string>>;
}

export interface Source {
  readonly name: string;
  /** Undefined for the machine outside all hosts. */
  readonly host: string | undefined;
  /** Subject whose certificate it has, or `operator`. Undefined when it has no certificate of the notary's authority. */
  readonly subject: string | undefined;
  /** Whether it is in the notary's network on its host. */
  readonly isInside: boolean;
}

const LINK_PORT = 7443;
/** Ports on the loopback of Iguana's workload: the agent's own, and those that lead to up to three witnesses. */
const IGUANAS_OWN = [7780, 7781, 7782, 7783];

/**
 * All attempts that a source can make. It tries the link port of each workload at every address that leads to it. It tries
 * every port of every daemon at every workload of its own host, at every host, and on its own loopback.
 */
export function attemptsFrom(
  source: Source,
  places: readonly Place[],
  edges: Edges,
  { inside, hosts }: Addresses,
  gateways: readonly string[],
): Attempt[] {
  const ports = [...new Set([...places.map(({ port }) => port), ...IGUANAS_OWN])];
  const reachable = places.filter(({ host }) => source.isInside && host === source.host);
  const links = places.flatMap((place) => {
    const allowed = mayCall(source, place, edges);
    const at = (address: string | undefined, isThere: boolean): Attempt[] =>
      address === undefined
        ? []
        : [
            {
              protocol: "tls",
              address,
              port: LINK_PORT,
              name: place.workload,
              allowed: allowed && isThere,
              what: `${source.name} calls ${place.workload} at ${address}`,
            },
          ];
    return [
      ...(reachable.includes(place) ? at(inside[place.workload], true) : []),
      ...at(hosts[place.host], gateways.includes(place.host)),
    ];
  });
  const open = [...reachable.map(({ workload }) => inside[workload] ?? ""), ...Object.values(hosts)].flatMap(
    (address) =>
      ports.map(
        (port): Attempt => ({
          protocol: "tcp",
          address,
          port,
          allowed: false,
          what: `${source.name} connects to ${address}:${port}`,
        }),
      ),
  );
  const own = places.find(({ subject }) => source.isInside && subject === source.subject);
  const loopback = ports.map((port): Attempt => {
    const callee = places.find((place) => place.kind === "chain" && place.port === port);
    const isLink = callee !== undefined && edges.has(`${source.subject} ${callee.subject}`);
    const witnesses = places.filter(({ kind }) => kind === "witness").length;
    const isIguanas = own?.kind === "iguana" && IGUANAS_OWN.slice(0, 1 + witnesses).includes(port);
    return {
      protocol: "tcp",
      address: "127.0.0.1",
      port,
      allowed: own !== undefined && (isLink || own.port === port || isIguanas),
      what: `${source.name} connects to its own loopback, port ${port}`,
    };
  });
  return [...links, ...open, ...(source.host === undefined ? [] : loopback)];
}

function mayCall({ subject }: Source, place: Place, edges: Edges): boolean {
  if (subject === undefined) return false;
  if (subject === "operator") return place.kind !== "witness";
  return edges.has(`${subject} ${place.subject}`);
}

/** How long an attempt that must succeed is waited for, in seconds. Its only purpose is that a test ends. */
const ANSWER_SECONDS = 30;

/**
 * JavaScript that makes a list of attempts and prints the result of each. It runs in a container or on the machine itself.
 * It takes silence for an answer only where nothing may answer: there a short time is enough. On a busy machine an allowed call
 * by name took more than 3 seconds, because sixteen of these programs ask the cluster's DNS at once.
 * Over TLS only an HTTP answer counts as success, because with TLS 1.3 a refused client first believes that it is connected.
 */
export const PROBE = `
  const net = require("net"), tls = require("tls");
  let input = "";
  process.stdin.on("data", (chunk) => { input += chunk; }).on("end", async () => {
    const { attempts, identity, authority } = JSON.parse(input);
    const results = new Array(attempts.length);
    let next = 0;
    const attempt = ({ protocol, address, port, name, allowed }) => new Promise((resolve) => {
      const done = (result) => { socket.destroy(); resolve(result); };
      const timeout = allowed ? ${ANSWER_SECONDS * 1000} : protocol === "tls" ? 3000 : 1500;
      const options = { host: address, port, timeout };
      const socket = protocol === "tcp" ? net.connect(options) : tls.connect({
        ...options, servername: name, ca: authority, rejectUnauthorized: authority !== undefined,
        ...(identity === undefined ? {} : { cert: identity, key: identity }),
      });
      let text = "";
      socket.on(protocol === "tcp" ? "connect" : "secureConnect", () => {
        if (protocol === "tcp") return done("answers");
        const body = '{"id":"reach","method":"getblockcount","params":[]}';
        socket.write("POST / HTTP/1.0\\r\\nContent-Length: " + body.length + "\\r\\n\\r\\n" + body);
      });
      socket.on("data", (chunk) => { text += chunk; if (text.startsWith("HTTP/")) done("answers"); });
      socket.on("timeout", () => done("silence"));
      socket.on("error", (error) => done(error.code || error.message));
      socket.on("close", () => done("closed"));
    });
    const worker = async () => {
      while (next < attempts.length) {
        const index = next++;
        results[index] = await attempt(attempts[index]);
      }
    };
    await Promise.all(Array.from({ length: 40 }, worker));
    console.log(JSON.stringify(results));
  });`;
