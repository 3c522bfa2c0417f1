import type { Problem } from "../../input/problem";
import type { Path } from "../../input/source";
import type { StatedHost } from "../../platforms/host";
import type { RuleInput } from "../context";

/** Reports hosts that share a name or an address, and hosts without an address by which their callers reach them. */
export function checkHosts(input: RuleInput): Problem[] {
  const { hosts } = input.settings;
  const report = (host: StatedHost, message: string, ...inner: Path): Problem => {
    return { message, position: input.at(["dokomodo:hosts", hosts.indexOf(host), ...inner]) };
  };
  return [
    ...hosts.flatMap((host, index) => checkAmong(hosts.slice(0, index), host, report)),
    ...neededAddresses(input).map(({ host, why }) => report(host, why, "name")),
  ];
}

type Report = (host: StatedHost, message: string, ...inner: Path) => Problem;

function checkAmong(earlier: readonly StatedHost[], host: StatedHost, report: Report): Problem[] {
  const problems: Problem[] = [];
  if (earlier.some(({ name }) => name === host.name)) {
    problems.push(report(host, `two hosts are named ${host.name}; rename one of them`, "name"));
  }
  const same = earlier.find(({ address }) => address !== undefined && address === host.address);
  if (same !== undefined) {
    const message = `hosts ${same.name} and ${host.name} both have the address ${host.address}; each needs its own`;
    problems.push(report(host, message, "address"));
  }
  return problems;
}

/** The hosts that have to state an address by which others reach them, and do not, each with the reason. */
function neededAddresses({
  settings,
  shares,
  notaries,
  nodes,
}: RuleInput): { host: StatedHost; why: string }[] {
  const networks = nodes.map(({ network }) => network);
  return settings.hosts.flatMap((host) => {
    const { name, address } = host;
    const isReachable = shares.of(name)?.isReachable === true;
    const callers = networks.filter((network) => isReachable && network.calledFromElsewhere.includes(name));
    if (address === undefined) {
      const [network] = callers;
      if (network !== undefined) {
        const why = `host ${name} needs an \`address\`: workloads of ${network.owner} on it are called from elsewhere`;
        return [{ host, why }];
      }
      const here = notaries.find(({ node }) => node.host === name && node.ipAddress === "");
      if (here === undefined) return [];
      const why = `host ${name} needs an \`address\`, or notary ${here.node.name} one of its own: other notaries reach Iguana there`;
      return [{ host, why }];
    }
    const spanning = callers.find(
      (network) => new Set(network.hosts.map((each) => shares.segmentOf(each))).size > 1,
    );
    if (!address.startsWith("127.") || spanning === undefined) return [];
    const why = `host ${name} has the address ${address}, which on every other machine means that machine itself, and ${spanning.owner} calls it from other hosts; state the address by which they reach it`;
    return [{ host, why }];
  });
}
