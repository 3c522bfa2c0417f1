import type { Problem } from "../../input/problem";
import type { Path } from "../../input/source";
import { hostsCalledFromElsewhere, hostsOf } from "../../notary/placement";
import type { Stack } from "../load";
import type { Checked } from "../resolve/notaries";
import type { HostSettings } from "../schema/schema";

/** A Docker Engine and how it is reached. */
export type DockerHostSettings = HostSettings & { readonly docker: string };

/** The hosts on Docker that say where their engine is. */
export function dockerHosts(hosts: readonly HostSettings[]): DockerHostSettings[] {
  return hosts.filter(
    (host): host is DockerHostSettings => host.platform === "docker" && host.docker !== undefined,
  );
}

/** The segment of all hosts in a cluster. */
export const CLUSTER = "kubernetes";

/** Which hosts have their workloads on one network, as the platforms will have it (Platform.segmentOf). */
export function segmentOf({ hosts }: { readonly hosts: readonly HostSettings[] }): (host: string) => string {
  const inCluster = new Set(
    hosts.filter(({ platform }) => platform === "kubernetes").map(({ name }) => name),
  );
  return (host) => (inCluster.has(host) ? CLUSTER : `host ${host}`);
}

/** What cannot be so with the hosts: on their own, among each other, and for the notaries that run on them. */
export function checkHosts(checked: Checked, notaries: Stack["notaries"]): Problem[] {
  const { settings, at } = checked;
  const report = (host: HostSettings, message: string, ...inner: Path): Problem => {
    return { message, position: at(["dokomodo:hosts", settings.hosts.indexOf(host), ...inner]) };
  };
  return [
    ...settings.hosts.flatMap((host) => checkAlone(host, report)),
    ...settings.hosts.flatMap((host, index) => checkAmong(settings.hosts.slice(0, index), host, report)),
    ...notaries.flatMap((notary) => checkMachines(checked, notary)),
    ...neededAddresses(settings, notaries).map(({ host, why }) => report(host, why, "name")),
  ];
}

type Report = (host: HostSettings, message: string, ...inner: Path) => Problem;

function checkAlone(host: HostSettings, report: Report): Problem[] {
  const { name, platform, docker, certificates, nodes } = host;
  if (platform === "kubernetes") return [];
  if (nodes !== undefined) {
    return [report(host, `host ${name}: nodes are of Kubernetes; this host is on Docker`, "nodes")];
  }
  if (docker === undefined) {
    const message = `host ${name} is on Docker and does not say where its engine is; state \`docker\`, or \`platform: kubernetes\``;
    return [report(host, message, "name")];
  }
  const encrypted = docker.startsWith("tcp://");
  if (encrypted && certificates === undefined) {
    const message = `host ${name}: an engine on ${docker} is root for whoever reaches it; state \`certificates\`, a folder with ca.pem, cert.pem and key.pem, or use ssh://`;
    return [report(host, message, "docker")];
  }
  if (!encrypted && certificates !== undefined) {
    return [report(host, `host ${name}: certificates are for tcp:// alone`, "certificates")];
  }
  return [];
}

function checkAmong(earlier: readonly HostSettings[], host: HostSettings, report: Report): Problem[] {
  const problems: Problem[] = [];
  if (earlier.some(({ name }) => name === host.name)) {
    problems.push(report(host, `two hosts are named ${host.name}`, "name"));
  }
  const same = earlier.find(({ address }) => address !== undefined && address === host.address);
  if (same !== undefined) {
    const message = `hosts ${same.name} and ${host.name} both have the address ${host.address}; each needs its own`;
    problems.push(report(host, message, "address"));
  }
  return problems;
}

/** One machine may be listed twice, with two addresses, but its engine has each of a notary's names once. */
function checkMachines({ settings, at }: Checked, notary: Stack["notaries"][number]): Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  for (const name of hostsOf(notary)) {
    const docker = dockerHosts(settings.hosts).find((host) => host.name === name)?.docker;
    if (docker === undefined) continue;
    const owner = owners.get(docker);
    if (owner !== undefined) {
      const index = settings.notaries.findIndex((candidate) => candidate.name === notary.name);
      const message = `notary ${notary.name} is placed on ${owner} and on ${name}, which are one Docker Engine (${docker}); use one of the two names`;
      problems.push({ message, position: at(["dokomodo:notaries", index, "name"]) });
    }
    owners.set(docker, name);
  }
  return problems;
}

/** Hosts that have to state where others reach them, and do not, with the reason. */
function neededAddresses(
  settings: Checked["settings"],
  notaries: Stack["notaries"],
): { host: HostSettings; why: string }[] {
  const { hosts, kubernetes } = settings;
  return hosts.flatMap((host) => {
    const { name, address, platform } = host;
    const isClosed = platform === "kubernetes" && kubernetes.publish === "none";
    const callers = notaries.filter((notary) => {
      return !isClosed && hostsCalledFromElsewhere(notary, segmentOf(settings)).includes(name);
    });
    if (address === undefined) {
      const [notary] = callers;
      if (notary !== undefined) {
        const why = `host ${name} needs an \`address\`: workloads of notary ${notary.name} on it are called from elsewhere`;
        return [{ host, why }];
      }
      const here = notaries.find((candidate) => candidate.host === name && candidate.ipAddress === "");
      if (here === undefined) return [];
      const why = `host ${name} needs an \`address\`, or notary ${here.name} one of its own: it is what other notaries reach Iguana at`;
      return [{ host, why }];
    }
    const spanning = callers.find((notary) => new Set(hostsOf(notary).map(segmentOf(settings))).size > 1);
    if (!address.startsWith("127.") || spanning === undefined) return [];
    const why = `host ${name} has the address ${address}, which on every other machine means that machine itself; notary ${spanning.name} calls it from other hosts`;
    return [{ host, why }];
  });
}
