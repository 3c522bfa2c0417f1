import type { Problem } from "../../input/problem";
import type { RuleContext } from "../definition";
import type { StatedHost } from "../host";
import type { DockerHostSettings } from "./settings";

/** Reports what is wrong with hosts on Docker: with each by itself, and with the networks on them. */
export function dockerRules(
  stated: readonly StatedHost[],
  hosts: readonly DockerHostSettings[],
  context: RuleContext,
): Problem[] {
  return [
    ...missingEngines(stated, context),
    ...wrongCertificates(hosts, context),
    ...sharedEngines(hosts, context),
  ];
}

function missingEngines(stated: readonly StatedHost[], { atHost }: RuleContext): Problem[] {
  return stated
    .filter(({ docker }) => docker === undefined)
    .map(({ name }) => ({
      message: `host ${name} is on Docker and does not say where its engine is; state \`docker\`, or \`platform: kubernetes\``,
      position: atHost(name, "name"),
    }));
}

function wrongCertificates(hosts: readonly DockerHostSettings[], { atHost }: RuleContext): Problem[] {
  return hosts.flatMap(({ name, docker, certificates }): Problem[] => {
    const isEncrypted = docker.startsWith("tcp://");
    if (isEncrypted && certificates === undefined) {
      const message = `host ${name}: whoever reaches an engine on ${docker} is root on its host; state \`certificates\`, a folder with ca.pem, cert.pem and key.pem, or use ssh://`;
      return [{ message, position: atHost(name, "docker") }];
    }
    if (!isEncrypted && certificates !== undefined) {
      const message = `host ${name}: certificates are for tcp:// alone; remove them`;
      return [{ message, position: atHost(name, "certificates") }];
    }
    return [];
  });
}

/**
 * Reports networks that are on one Docker Engine twice. One machine may be listed as two hosts with two addresses, but
 * its engine can have each name of a network only once.
 */
function sharedEngines(
  hosts: readonly DockerHostSettings[],
  { networks, atNetwork }: RuleContext,
): Problem[] {
  return networks.flatMap((network) => {
    const owners = new Map<string, string>();
    return network.hosts.flatMap((name): Problem[] => {
      const docker = hosts.find((host) => host.name === name)?.docker;
      if (docker === undefined) return [];
      const owner = owners.get(docker);
      owners.set(docker, name);
      if (owner === undefined) return [];
      const message = `${network.owner} is placed on ${owner} and on ${name}, which are one Docker Engine (${docker}); use one of the two names`;
      return [{ message, position: atNetwork(network.name, "name") }];
    });
  });
}
