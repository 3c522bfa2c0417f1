import type { Stack } from "../../config/load";
import type { Checked } from "../../config/resolve/notaries";
import { segmentOf } from "../../config/rules/hosts";
import { suggestion } from "../../input/nearest";
import type { Problem } from "../../input/problem";
import type { Path } from "../../input/source";
import { deployedChains, hostsCalledFromElsewhere, hostsOf } from "../../notary/placement";

/** Which ports a Service may open at every node (kube-apiserver, --service-node-port-range). */
const NODE_PORTS = { first: 30000, last: 32767 };
const OFFSET = "move it with portOffset";

type Notary = Stack["notaries"][number];

/** What cannot be so in a cluster. */
export function checkKubernetes(checked: Checked, notaries: Stack["notaries"]): Problem[] {
  const { settings, at } = checked;
  const clusterHosts = new Set(
    settings.hosts.filter(({ platform }) => platform === "kubernetes").map(({ name }) => name),
  );
  const inNotaries = notaries.flatMap((notary, index) => {
    const report = (message: string, ...inner: Path): Problem => {
      return { message, position: at(["dokomodo:notaries", index, ...inner]) };
    };
    if (!hostsOf(notary).some((host) => clusterHosts.has(host))) return [];
    return [
      ...checkHome(notary, clusterHosts, report),
      ...checkReach(checked, notary, clusterHosts, report),
      ...checkNodePorts(checked, notary, clusterHosts, report),
    ];
  });
  return [...checkStorage(checked, notaries), ...inNotaries];
}

/** A volume's size is of a chain that is there. */
function checkStorage({ settings, at }: Checked, notaries: Stack["notaries"]): Problem[] {
  const symbols = notaries.flatMap(deployedChains).map(({ chain }) => chain.symbol);
  return Object.keys(settings.kubernetes.storage)
    .filter((symbol) => !symbols.includes(symbol))
    .map((symbol) => ({
      message: `no notary runs a chain ${symbol}, so it has no volume${suggestion(symbol, symbols)}`,
      position: at(["dokomodo:kubernetes", "storage", symbol]),
    }));
}

type Report = (message: string, ...inner: Path) => Problem;

function checkHome(notary: Notary, clusterHosts: ReadonlySet<string>, report: Report): Problem[] {
  if (!clusterHosts.has(notary.host) || notary.iguana.elected !== undefined) return [];
  return [
    report(
      `Iguana of notary ${notary.name} finds an empty home at each start on Kubernetes, whatever its image has there; state its \`elected\` in dokomodo:iguana`,
      "host",
    ),
  ];
}

/** Somebody outside of the cluster can only call what is published. */
function checkReach(
  { settings }: Checked,
  notary: Notary,
  clusterHosts: ReadonlySet<string>,
  report: Report,
): Problem[] {
  if (settings.kubernetes.publish !== "none") return [];
  const closed = { ...notary, iguana: { ...notary.iguana, listenToAll: false } };
  const called = hostsCalledFromElsewhere(closed, segmentOf(settings)).filter((host) =>
    clusterHosts.has(host),
  );
  return called.map((host) =>
    report(
      `workloads of notary ${notary.name} on ${host} are called from outside of the cluster; set dokomodo:kubernetes.publish to hostPort, NodePort or LoadBalancer`,
      "name",
    ),
  );
}

function checkNodePorts(
  { settings }: Checked,
  notary: Notary,
  clusterHosts: ReadonlySet<string>,
  report: Report,
): Problem[] {
  if (settings.kubernetes.publish !== "NodePort") return [];
  const ports = [
    ...deployedChains(notary)
      .filter(({ host }) => clusterHosts.has(host))
      .map(({ chain, publishedPort = chain.p2pPort }) => ({
        what: `p2p of ${chain.symbol}`,
        port: publishedPort,
        remedy: OFFSET,
      })),
    ...(clusterHosts.has(notary.host)
      ? [{ what: "the dPoW bus", port: notary.iguana.busPort, remedy: "set iguana.busPort" }]
      : []),
    ...hostsCalledFromElsewhere(notary, segmentOf(settings))
      .filter((host) => clusterHosts.has(host))
      .map(() => ({ what: "links from elsewhere", port: notary.linkPort, remedy: OFFSET })),
  ];
  return ports
    .filter(({ port }) => port < NODE_PORTS.first || port > NODE_PORTS.last)
    .map(({ what, port, remedy }) =>
      report(
        `${what} of notary ${notary.name} would be published on port ${port}; a NodePort is one from ${NODE_PORTS.first} to ${NODE_PORTS.last}: ${remedy}, or publish by hostPort or LoadBalancer`,
        "name",
      ),
    );
}
